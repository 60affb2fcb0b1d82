// What schema_check.py asks of the reader and the schema. Tables: "real" are the processors there are, "test" those of
// support/processors.h.
//
//     schema_probe schema real|test           the schema
//     schema_probe random SEED                a session with the processors of the test table
//     schema_probe read real|test FILE...     a line for each file: "good", or "bad: " and the first mistake

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "kernels/processors/processor.h"
#include "session-format/json/read.h"
#include "session-format/json/schema.h"
#include "session-format/json/write.h"
#include "tests/session-format/support/processors.h"
#include "tests/session-format/support/random_session.h"

int main(int argc, char** argv) {
    using namespace dubplate;
    const std::string_view command = argc > 2 ? argv[1] : "", what = argc > 2 ? argv[2] : "";
    const ProcessorTable table = what == "test" ? session::test::kProcessors : kernels::processor_table();
    if (command == "schema") {
        fmt::print("{}", session::session_schema(table));
    } else if (command == "random") {
        fmt::print("{}", session::write_session(session::test::random_session(std::strtoull(argv[2], nullptr, 10))));
    } else if (command == "read") {
        for (int argument = 3; argument < argc; ++argument) {
            const auto errors = session::read_session_file(argv[argument], table).errors;
            if (errors.empty())
                fmt::print("good\n");
            else
                fmt::print("bad: {}: {}\n", errors[0].where, errors[0].message);
        }
    } else {
        return 2;
    }
    return 0;
}
