from .csv_tables import TABLES as TABLES
from .csv_tables import read_csv_folder as read_csv_folder
from .csv_tables import write_csv as write_csv
from .database import read_duckdb as read_duckdb
from .database import write_duckdb as write_duckdb
from .excel import write_xlsx as write_xlsx
