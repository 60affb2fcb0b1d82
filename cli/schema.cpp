// dubplate schema: the JSON Schema of session files, for editors and validators.

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "kernels/processors/processor.h"
#include "session-format/json/schema.h"

namespace dubplate::cli {

Run add_schema(CLI::App& app) {
    app.footer("Example:\n  dubplate schema > session.schema.json");
    return [] { return print_result(session::session_schema(kernels::processor_table())) ? Exit::done : Exit::failed; };
}

}  // namespace dubplate::cli
