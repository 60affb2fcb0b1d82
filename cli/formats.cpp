#include "cli/formats.h"

#include <algorithm>
#include <string_view>

namespace dubplate::cli {

Result<std::vector<audio::FileFormat>> parse_formats(const std::vector<std::string>& words) {
    std::vector<audio::FileFormat> formats;
    for (const std::string& word : words)
        for (std::size_t start = 0; start <= word.size();) {
            const std::size_t comma = std::min(word.find(',', start), word.size());
            const auto format = audio::parse_file_format(std::string_view(word).substr(start, comma - start));
            if (!format) return fail(ErrorCode::bad_argument, format.error().message, "--format");
            formats.push_back(*format);
            start = comma + 1;
        }
    if (formats.empty()) formats.push_back(audio::FileFormat::wav24);
    return formats;
}

std::string format_list() {
    const auto names = audio::file_format_names();
    std::string text;
    for (std::size_t k = 0; k < names.size(); ++k)
        text += (k == 0 ? "" : k + 1 == names.size() ? " and " : ", ") + std::string(names[k]);
    return text;
}

}  // namespace dubplate::cli
