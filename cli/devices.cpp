// dubplate devices [--json]: what a render can run on.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <thread>

#include "cli/command.h"
#include "cli/doctor/machine.h"
#include "cli/json.h"
#include "engine/base/spelling.h"

namespace dubplate::cli {
namespace {

Exit run(bool json) {
    const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
    const std::string description = fmt::format("{}, {}", processor_model(), counted(threads, "thread"));
    if (!json) return print_result(fmt::format("{:<8} {}\n", "cpu", description)) ? Exit::done : Exit::failed;
    JsonText out;
    out.open_object();
    out.key("schema").text("dubplate-devices-1");
    out.key("devices").open_array();
    out.open_object();
    out.key("name").text("cpu");
    out.key("description").text(description);
    out.key("threads").count(threads);
    out.close_object();
    out.close_array();
    out.close_object();
    return print_result(out.finish()) ? Exit::done : Exit::failed;
}

}  // namespace

Run add_devices(CLI::App& app) {
    const auto json = std::make_shared<bool>(false);
    app.add_flag("--json", *json, "as JSON");
    app.footer("The first is the one that --device auto takes.\n\nExample:\n  dubplate devices");
    return [json] { return run(*json); };
}

}  // namespace dubplate::cli
