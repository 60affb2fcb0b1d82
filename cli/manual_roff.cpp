#include <fmt/format.h>

#include "cli/manual_pages.h"

namespace dubplate::cli {
namespace {

/// Prose: nothing in it is taken for a request. `typed` keeps hyphens and quotes what they are on a keyboard.
std::string escaped(std::string_view text, bool typed = false) {
    std::string safe;
    for (const char c : text) {
        const bool line_begins = safe.empty() || safe.back() == '\n';
        if (line_begins && (c == '.' || c == '\'')) safe += "\\&";
        if (c == '\\')
            safe += "\\e";
        else if (c == '-' && typed)
            safe += "\\-";
        else if (c == '\'' && typed)
            safe += "\\(aq";
        else if (c == '~' && typed)
            safe += "\\(ti";
        else
            safe += c;
    }
    return safe;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text, true) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text, true) + "\\fR"; }

std::string heading(std::string_view title) { return fmt::format(".SH {}\n", title); }

std::string head(std::string_view page, std::string_view summary) {
    std::string upper;
    for (const char c : page) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return fmt::format(".TH {} 1 {} \"dubplate {}\" \"Dubplate\"\n", escaped(upper, true), version_date(), version()) +
           heading("NAME") + fmt::format("{} \\- {}\n", escaped(page, true), escaped(summary));
}

std::string option_entry(const OptionDescription& option) {
    std::string names;
    for (const std::string& name : option.names) {
        if (!names.empty()) names += ", ";
        names += name[0] == '-' ? bold(name) : italic(name);
    }
    if (!option.is_flag() && option.name()[0] == '-') names += " " + italic(option.value);
    return fmt::format(".TP\n{}\n{}\n", names, escaped(option.help));
}

/// Lines that begin with two spaces are typed, the others are prose.
std::string note_text(const Note& note) {
    std::string text;
    bool typed = false;
    for (std::size_t start = 0; start < note.text.size();) {
        const std::size_t end = note.text.find('\n', start);
        const std::string_view line = std::string_view(note.text).substr(start, end - start);
        start = end + 1;
        if (line.starts_with("  ") != typed) {
            typed = !typed;
            text += typed ? ".EX\n" : ".EE\n";
        }
        text += escaped(typed ? line.substr(2) : line, typed) + "\n";
    }
    return text + (typed ? ".EE\n" : "");
}

std::string notes_titled(const CommandDescription& command, std::string_view title, std::string_view head_line) {
    std::string text;
    for (const Note& note : command.notes)
        if (note.title == title) text += (text.empty() ? heading(head_line) : ".PP\n") + note_text(note);
    return text;
}

}  // namespace

std::string page_file_name(std::string_view command) {
    return command.empty() ? "dubplate.1" : fmt::format("dubplate-{}.1", command);
}

std::string roff_overview(std::span<const CommandDescription> commands) {
    std::string text = head("dubplate", "renders large audio sessions offline");
    text += heading("SYNOPSIS") + bold("dubplate") + " " + italic("COMMAND") + " [" + italic("OPTION") + "...]\n";
    text +=
        heading("DESCRIPTION") +
        "Reads a session of many tracks and writes the mix and every stem in one pass, the same bytes every time.\n"
        "Results go to standard output, progress, warnings and errors to standard error; nothing needs a terminal.\n";
    text += heading("COMMANDS");
    for (const CommandDescription& command : commands)
        text += fmt::format(".TP\n{}\n{}\n", bold(command.name), escaped(command.summary));
    text += heading("OPTIONS") +
            fmt::format(".TP\n{}, {}\nprint the commands, and what follows them\n", bold("-h"), bold("--help")) +
            fmt::format(".TP\n{}\nprint the version\n", bold("--version"));
    text += heading("EXIT STATUS") +
            ".TP\n0\ndone\n.TP\n1\nfailed: the render, a check, a file that cannot be written\n.TP\n2\nwrong usage\n"
            ".TP\n3\nthe session cannot be read\n";
    text += heading("SEE ALSO");
    for (std::size_t index = 0; index < commands.size(); ++index)
        text += fmt::format(".BR {} (1){}\n", escaped("dubplate-" + commands[index].name, true),
                            index + 1 < commands.size() ? "," : "");
    return text;
}

std::string roff_page(const CommandDescription& command) {
    std::string text = head("dubplate-" + command.name, command.summary);
    text += heading("SYNOPSIS") + bold("dubplate " + command.name) + " [" + italic("OPTION") + "...]";
    for (const OptionDescription& argument : command.arguments) {
        const std::string name = italic(argument.name()) + (argument.repeats ? "..." : "");
        text += argument.required ? " " + name : fmt::format(" [{}]", name);
    }
    text += "\n" + notes_titled(command, "", "DESCRIPTION");
    text += heading("OPTIONS");
    for (const OptionDescription& argument : command.arguments) text += option_entry(argument);
    for (const OptionDescription& option : command.options) text += option_entry(option);
    text += notes_titled(command, "Exit codes", "EXIT STATUS");
    text += notes_titled(command, "Examples", "EXAMPLES");
    return text + heading("SEE ALSO") + ".BR dubplate (1)\n";
}

}  // namespace dubplate::cli
