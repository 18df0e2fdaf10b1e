from .cohort import Cohort as Cohort
from .cohort import Record as Record
from .cohort import Truth as Truth
from .cohort import parts as parts
from .draft import write as write
from .draft import write_text as write_text
from .manifest import read_manifest as read_manifest
from .verification import verify as verify
