// The program: finds the command, hands it its part of the command line, and turns what went wrong into an exit code.

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>

#include "cli/command.h"
#include "cli/first_screen.h"
#include "cli/open_files.h"
#include "cli/read_arguments.h"
#include "engine/base/spelling.h"
#include "kernels/cpu/isa.h"

namespace dubplate::cli {
namespace {

constexpr std::string_view kExamples = R"(
Examples:
  dubplate render song.dub.json -o out         mix, stems and receipt into the folder out
  dubplate render song.dub.json --stems none   the mix alone
  dubplate check song.dub.json                 all mistakes at once, nothing rendered
  dubplate demo                                a session of real recordings, made and rendered
  dubplate processors compressor               its parameters, units and ranges

Exit codes: 0 done, 1 render failed, 2 wrong usage, 3 session unreadable.
)";

std::string help() {
    std::string text =
        "Renders large audio sessions offline: the mix and every stem in one pass.\n\n"
        "Usage: dubplate COMMAND [OPTION...]\n\n";
    for (const Command& command : commands())
        if (!command.hidden) text += fmt::format("  {:<12} {}\n", command.name, command.summary);
    text += "\n`dubplate COMMAND --help` tells the options of one; `dubplate --version` the version.\n";
    return text + std::string(kExamples);
}

/// `dubplate -q render x`, `dubplate song.dub.json`: what is there, and where it belongs.
std::string misplaced(std::span<char* const> words) {
    const std::string_view word = words[0];
    std::vector<std::string_view> names;
    for (const Command& command : commands()) {
        if (command.hidden) continue;
        names.emplace_back(command.name);
        for (const char* other : words.subspan(1))
            if (word[0] == '-' && other == std::string_view(command.name))
                return fmt::format("options stand after the command: dubplate {} ... {}", other, word);
    }
    if (word.ends_with(".json")) return fmt::format("'{}' is no command; to render it: dubplate render {}", word, word);
    names.insert(names.end(), {"--help", "--version"});
    return fmt::format("there is no {} '{}'{}", word[0] == '-' ? "option" : "command", word, did_you_mean(word, names));
}

/// Where a standard stream is closed, the next file opened would become it, and messages would go into that file.
void hold_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", O_RDWR) != stream) std::_Exit(1);
}

Exit run(int argc, char** argv) {
    const std::string_view word = argc > 1 ? argv[1] : "";
    // As with git, a person gets the screen on stdout, where it can be paged, and a script that lost its command word gets
    // no success for nothing.
    if (word.empty()) return print_result(first_screen()) ? Exit::wrong_usage : Exit::failed;
    if (word == "help" && argc > 2) {  // `help render` is `render --help`
        char ask[] = "--help";
        char* const swapped[] = {argv[0], argv[2], ask};
        return run(3, const_cast<char**>(swapped));
    }
    if (word == "--help" || word == "-h" || word == "help") return print_result(help()) ? Exit::done : Exit::failed;
    if (word == "--version") return print_result(fmt::format("dubplate {}\n", version())) ? Exit::done : Exit::failed;

    // The doctor says it among what else there is to say.
    if (const auto& isa = kernels::isa_choice(); !isa && word != "doctor") return wrong_usage("", isa.error().message);
    for (const Command& command : commands())
        if (word == command.name) return run_command(command, argc - 1, argv + 1);
    return wrong_usage("", misplaced(std::span(argv, static_cast<std::size_t>(argc)).subspan(1)));
}

}  // namespace
}  // namespace dubplate::cli

int main(int argc, char** argv) {
    using dubplate::cli::Exit;
    // A reader that goes away (`| head`) is an error of a write, not the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    // And so is a file that grows beyond what `ulimit -f` allows.
    std::signal(SIGXFSZ, SIG_IGN);
    dubplate::cli::hold_standard_streams();
    dubplate::cli::raise_open_file_limit();
    try {
        return static_cast<int>(dubplate::cli::run(argc, argv));
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "dubplate: error: there is not enough memory\n");
    } catch (const std::exception& exception) {
        fmt::print(stderr, "dubplate: error: {}\n", exception.what());
    }
    return static_cast<int>(Exit::failed);
}
