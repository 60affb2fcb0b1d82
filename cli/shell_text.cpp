#include "cli/shell_text.h"

namespace dubplate::cli {

std::string quoted_for_shell(const std::string& path) {
    if (path.starts_with('-')) return quoted_for_shell("./" + path);
    if (path.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+") ==
        std::string::npos)
        return path;
    std::string text = "'";
    for (const char c : path) text += c == '\'' ? "'\\''" : std::string(1, c);
    return text + "'";
}

}  // namespace dubplate::cli
