// dubplate verify RECEIPT: whether the files that a render read and wrote are still the same.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <memory>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/receipt.h"
#include "engine/base/spelling.h"
#include "engine/render/render.h"

namespace dubplate::cli {
namespace {

using render::FileState;
using render::RecordedFile;
using render::RecordedKind;
using render::Verified;
using render::VerifiedFile;

struct Options {
    std::string receipt;
    int threads = 0;
    bool json = false;
};

using Counts = std::array<std::size_t, 4>;  // [state]

std::size_t index_of(FileState state) { return static_cast<std::size_t>(state); }

std::string_view advice(const RecordedFile& file, const VerifiedFile& verified) {
    if (verified.state == FileState::missing)
        return file.kind == RecordedKind::output ? "bring it back, or render again"
                                                 : "bring it back, or change the session and render again";
    if (verified.state == FileState::unreadable) return "make it readable and verify again";
    switch (file.kind) {
        case RecordedKind::session: return "it was edited since: render again to hear what it says now";
        case RecordedKind::input: return "a render would sound different: bring the old one back, or render again";
        case RecordedKind::output: return "it is not what was rendered: render again";
    }
    return "";
}

std::string text_of(const render::Record& record, const Verified& verified, const Counts& counts) {
    const std::vector<VerifiedFile>& files = verified.files;
    std::string text;
    for (std::size_t k = 0; k < files.size(); ++k) {
        const VerifiedFile& file = files[k];
        if (file.state == FileState::same) continue;
        text += fmt::format("{:<8} {:<10} {}: {}; {}\n", to_string(record.files[k].kind), to_string(file.state),
                            file.found, file.detail, advice(record.files[k], file));
    }
    const auto part = [&](FileState state) {
        return counts[index_of(state)] == 0 ? "" : fmt::format(", {} {}", counts[index_of(state)], to_string(state));
    };
    return text + fmt::format("{}: {} same{}{}{}{}\n", counted(files.size(), "file"), counts[index_of(FileState::same)],
                              part(FileState::changed), part(FileState::missing), part(FileState::unreadable),
                              verified.looked_in.empty() ? "" : "; looked in " + verified.looked_in);
}

std::string json_of(const std::string& receipt, const render::Record& record, const Verified& verified,
                    const Counts& counts) {
    const std::vector<VerifiedFile>& files = verified.files;
    JsonText json;
    json.open_object();
    json.key("schema").text("dubplate-verify-1");
    json.key("receipt").text(receipt);
    for (const FileState state : {FileState::same, FileState::changed, FileState::missing, FileState::unreadable})
        json.key(to_string(state)).count(counts[index_of(state)]);
    json.key("looked_in").text(verified.looked_in);
    json.key("files").open_array();
    for (std::size_t k = 0; k < files.size(); ++k) {
        json.open_object();
        json.key("kind").text(to_string(record.files[k].kind));
        json.key("path").text(record.files[k].path);
        json.key("state").text(to_string(files[k].state));
        json.key("found").text(files[k].found);
        json.key("detail").text(files[k].detail);
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return json.finish();
}

Exit run(const Options& options) {
    const ReceiptRead read = read_receipt_file(options.receipt);
    for (const Error& error : read.errors) print_error(error);
    if (!read.errors.empty()) return Exit::session_unreadable;
    const Interrupt interrupt;
    render::RenderJob job;
    job.threads = options.threads;
    const auto verified = render::verify(read.record, render::threads_of(job), [&] { return !interrupt.asked(); });
    if (!verified) {
        fmt::print(stderr, "dubplate: cancelled; not all files were looked at\n");
        return Exit::failed;
    }
    Counts counts{};
    for (const VerifiedFile& file : verified->files) ++counts[index_of(file.state)];
    const std::string text = options.json ? json_of(options.receipt, read.record, *verified, counts)
                                          : text_of(read.record, *verified, counts);
    const bool is_all_same = counts[index_of(FileState::same)] == verified->files.size();
    return print_result(text) && is_all_same ? Exit::done : Exit::failed;
}

}  // namespace

Run add_verify(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("RECEIPT", options->receipt, "the receipt of a render (receipt.json)")->required();
    app.add_option("--threads", options->threads,
                   "at most how many (as many as the process may use processors, and never more)")
        ->option_text("N")
        ->check(CLI::Range(1, 1024));
    app.add_flag("--json", options->json, "tell it as JSON, for programs");
    app.footer(
        "Hashes the session, every file that was read and every file that was written.\n\n"
        "Exit codes: 0 all are the same, 1 something has changed, is missing or cannot be read,\n"
        "3 the receipt cannot be read.\n\nExample:\n  dubplate verify out/receipt.json");
    return [options] { return run(*options); };
}

}  // namespace dubplate::cli
