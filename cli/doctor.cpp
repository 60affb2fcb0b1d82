// dubplate doctor [--json] [--calibrate]: whether renders work here, and what to do where they do not.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/doctor/calibration.h"
#include "cli/doctor/devices.h"
#include "cli/doctor/libraries.h"
#include "cli/doctor/machine.h"
#include "cli/doctor/self_test.h"
#include "cli/doctor/storage.h"
#include "cli/json.h"
#include "engine/audio/posix_file.h"
#include "engine/base/spelling.h"
#include "engine/render/device.h"

namespace dubplate::cli {
namespace {

struct Options {
    bool json = false;
    bool disk = false;
    bool calibrate = false;
    std::string device;  // "": all
};

Findings examine(const Options& options) {
    Findings findings = check_machine();
    for (const Findings& more : {check_libraries(), check_devices(), check_calibration()})
        findings.insert(findings.end(), more.begin(), more.end());
    const std::string temporary = audio::scratch_folder_or_default("");
    findings.push_back(check_temporary_folder(temporary));
    findings.push_back(check_current_folder());
    if (options.disk) findings.push_back(time_current_folder());
    findings.push_back(self_test(temporary));
    return findings;
}

const char* word_of(Finding::State state) {
    switch (state) {
        case Finding::State::ok: return "ok";
        case Finding::State::note: return "note";
        case Finding::State::problem: return "problem";
    }
    return "";
}

std::string as_text(const Findings& findings, std::ptrdiff_t problems) {
    std::string text;
    for (const Finding& finding : findings) {
        text += fmt::format("{:<8} {:<12} {}\n", word_of(finding.state), finding.area, finding.text);
        if (!finding.advice.empty()) text += fmt::format("{:<21} -> {}\n", "", finding.advice);
    }
    if (problems == 0) return text + "\nRenders work here.\n";
    return text +
           fmt::format("\nRenders do not work here: {}.\n", counted(static_cast<std::size_t>(problems), "problem"));
}

std::string as_json(const Findings& findings, bool can_render) {
    JsonText out;
    out.open_object();
    out.key("schema").text("dubplate-doctor-1");
    out.key("version").text(version());
    out.key("can_render").truth(can_render);
    out.key("findings").open_array();
    for (const Finding& finding : findings) {
        out.open_object();
        out.key("state").text(word_of(finding.state));
        out.key("area").text(finding.area);
        out.key("text").text(finding.text);
        if (!finding.advice.empty()) out.key("advice").text(finding.advice);
        out.close_object();
    }
    out.close_array();
    out.close_object();
    return out.finish();
}

Exit run(const Options& options) {
    if (options.calibrate)
        if (auto ok = calibrate(options.device); !ok) {
            print_error(ok.error());
            return Exit::failed;
        }
    const Findings findings = examine(options);
    const auto problems = std::ranges::count(findings, Finding::State::problem, &Finding::state);
    if (!print_result(options.json ? as_json(findings, problems == 0) : as_text(findings, problems)))
        return Exit::failed;
    return problems == 0 ? Exit::done : Exit::failed;
}

/// As CLI11 wants it: empty where it could be the name of a device that can be measured.
std::string check_device(const std::string& name) {
    if (name == "cpu" || name == "auto") return "there is nothing to measure of '" + name + "'";
    const auto ok = render::check_device_name(name);
    return ok ? "" : ok.error().message;
}

}  // namespace

Run add_doctor(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_flag("--json", options->json, "as JSON");
    app.add_flag("--disk", options->disk, "also time how fast the current folder takes files, for half a second");
    CLI::Option* const calibrate = app.add_flag(
        "--calibrate", options->calibrate,
        "first measure the GPUs, some seconds each: renders then choose the length of chunks by it, and nothing "
        "else");
    app.add_option("--device", options->device, "measure this one alone: cuda, cuda:N, or hosttwin for tests")
        ->type_name("NAME")
        ->check(CLI::Validator(check_device, ""))
        ->needs(calibrate);
    app.footer(
        "Looks at processor, memory, limits, libraries, GPU and folders, and renders a second of known sound.\n"
        "DUBPLATE_ISA=v3 or v4 in the environment chooses the instruction set (AVX2, AVX-512) for this and all other "
        "commands;\n"
        "without it the best there is runs. The files are the same.\n"
        "What --calibrate finds is kept in $XDG_CACHE_HOME/dubplate/calibration.json (~/.cache/...), or in the file "
        "that\n"
        "DUBPLATE_CALIBRATION names; empty, nothing is kept or used. It is ignored for other devices, drivers and "
        "versions.\n"
        "\nExit codes: 0 renders work here, 1 they do not, or nothing could be measured.\n"
        "\nExamples:\n"
        "  dubplate doctor\n"
        "  TMPDIR=/fast dubplate doctor --disk\n"
        "  dubplate doctor --calibrate\n"
        "  DUBPLATE_ISA=v3 dubplate doctor");
    return [options] { return run(*options); };
}

}  // namespace dubplate::cli
