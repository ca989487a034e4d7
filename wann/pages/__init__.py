"""Self-contained HTML pages: a network that acts live in the browser, and what is told beside it.

Experiments and the public calls import this room. Begin with `page`, the shell of every page, and
`player`, the data of the part in which networks act; `classifier` is that in which they classify
what one draws, `story` tells how a run went, and `lineage` which births made its champion.
`network_data` writes a network as tables, `scene` says what its task looks like, `figure` lets
figures of matplotlib stand in a page, and `page_file` writes pages. `web_files` joins the modules
in the folder `web`, which are plain JavaScript and CSS, into one script and one style sheet.
"""

from wann.pages.classifier import classifier_data as classifier_data
from wann.pages.page import Section as Section
from wann.pages.page import make_page as make_page
from wann.pages.player import Contestant as Contestant
from wann.pages.player import player_data as player_data
