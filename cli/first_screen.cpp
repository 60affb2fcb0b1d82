#include "cli/first_screen.h"

namespace dubplate::cli {

std::string_view first_screen() {
    return R"(Dubplate bounces large sessions: the mix and every stem, in one pass.

To begin with sound files of your own:
  dubplate new STEMS -o song.dub.json   a session of all files in STEMS
  dubplate render song.dub.json         its mix and stems, into song-render

To hear something first:
  dubplate demo                         a session of real recordings, rendered

If something does not work:
  dubplate doctor                       looks at this machine, says what to do

Where help is:
  dubplate --help                       all commands
  dubplate COMMAND --help               the options of one, with examples
)";
}

}  // namespace dubplate::cli
