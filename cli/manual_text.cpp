#include <fmt/format.h>

#include "cli/manual_pages.h"

namespace dubplate::cli {
namespace {

constexpr std::size_t kColumns = 80, kIndent = 6;

/// "`-o`, `--output DIR`".
std::string markdown_name(const OptionDescription& option) {
    std::string text;
    for (const std::string& name : option.names) {
        const bool is_last = name == option.names.back();
        const bool shows_value = is_last && !option.is_flag() && name[0] == '-';
        text += fmt::format("{}`{}{}{}`", text.empty() ? "" : ", ", name, shows_value ? " " : "",
                            shows_value ? option.value : "");
    }
    return text;
}

/// What a cell would take for something else.
std::string cell(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        if (c == '|' || c == '<' || c == '*' || c == '_') safe += '\\';
        safe += c;
    }
    return safe;
}

/// Broken at blanks, every line indented.
std::string wrapped(std::string_view text) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (column > 0 && column + 1 + word.size() > kColumns) {
            out += '\n';
            column = 0;
        }
        out += column == 0 ? std::string(kIndent, ' ') : " ";
        column += column == 0 ? kIndent + word.size() : 1 + word.size();
        out += word;
    }
    return out + "\n";
}

std::string text_option(const OptionDescription& option) {
    std::string names = fmt::format("{}", fmt::join(option.names, ", "));
    if (!option.is_flag() && option.name()[0] == '-') names += " " + option.value;
    return "  " + names + "\n" + wrapped(option.help);
}

/// What is typed becomes a code block, its explanations prose.
std::string markdown_note(const Note& note) {
    std::string text = note.title.empty() ? "" : note.title + ":\n";
    bool typed = false;
    for (std::size_t start = 0; start < note.text.size();) {
        const std::size_t end = note.text.find('\n', start);
        const std::string line = note.text.substr(start, end - start);
        start = end + 1;
        const bool types = line.starts_with("  ");
        if (types && !typed && !text.empty()) text += "\n";
        typed = types;
        text += types ? "  " + line + "\n" : line + "\n";
    }
    return text;
}

}  // namespace

std::string markdown_manual(std::span<const CommandDescription> commands) {
    std::string text = "| command | what it does |\n|---|---|\n";
    for (const CommandDescription& command : commands)
        text += fmt::format("| [`{0}`](#{0}) | {1} |\n", command.name, cell(command.summary));
    for (const CommandDescription& command : commands)
        text += fmt::format("\n## {}\n\n{}", command.name, markdown_page(command));
    return text;
}

std::string markdown_page(const CommandDescription& command) {
    std::string text = fmt::format("    {}\n\n| option | meaning |\n|---|---|\n", command.usage());
    const auto add = [&](const OptionDescription& option) {
        text += fmt::format("| {} | {} |\n", markdown_name(option), cell(option.help));
    };
    for (const OptionDescription& argument : command.arguments) add(argument);
    for (const OptionDescription& option : command.options) add(option);
    for (const Note& note : command.notes) text += "\n" + markdown_note(note);
    return text;
}

std::string text_manual(std::span<const CommandDescription> commands) {
    std::string text = "dubplate COMMAND [OPTION...]\n\n";
    for (const CommandDescription& command : commands)
        text += fmt::format("  {:<12} {}\n", command.name, command.summary);
    for (const CommandDescription& command : commands) text += "\n\n" + text_page(command);
    return text;
}

std::string text_page(const CommandDescription& command) {
    std::string text = fmt::format("{}\n\n{}\n\n", command.usage(), command.summary);
    for (const OptionDescription& argument : command.arguments) text += text_option(argument);
    for (const OptionDescription& option : command.options) text += text_option(option);
    for (const Note& note : command.notes) text += "\n" + (note.title.empty() ? "" : note.title + ":\n") + note.text;
    return text;
}

}  // namespace dubplate::cli
