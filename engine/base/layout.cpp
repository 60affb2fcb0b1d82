#include "engine/base/layout.h"

#include <array>
#include <charconv>

#include <fmt/format.h>
#include <vector>

#include "engine/base/spelling.h"

namespace dubplate {
namespace {

struct NamedLayout {
    std::string_view name;
    Layout layout;
    unsigned mask;
};

// Bits of WAVE_FORMAT_EXTENSIBLE: FL 1, FR 2, FC 4, LFE 8, BL 10, BR 20, SL 200, SR 400, TFL 1000, TFR 4000, TBL 8000,
// TBR 20000 (hexadecimal). Surround channels are at the side, as ITU-R BS.775 places them.
constexpr std::array<NamedLayout, 7> kLayouts = {{
    {"mono", {Layout::Kind::mono, 1}, 0x4},
    {"stereo", {Layout::Kind::stereo, 2}, 0x3},
    {"LCR", {Layout::Kind::lcr, 3}, 0x7},
    {"quad", {Layout::Kind::quad, 4}, 0x33},
    {"5.1", {Layout::Kind::surround_5_1, 6}, 0x60f},
    {"7.1", {Layout::Kind::surround_7_1, 8}, 0x63f},
    {"7.1.4", {Layout::Kind::surround_7_1_4, 12}, 0x2d63f},
}};

}  // namespace

Result<Layout> parse_layout(std::string_view text) {
    for (const NamedLayout& known : kLayouts)
        if (known.name == text) return known.layout;
    int channels = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), channels);
    if (error == std::errc{} && std::string_view(end, text.data() + text.size()) == " discrete" && channels >= 1 &&
        channels <= kMaxChannels)
        return Layout{Layout::Kind::discrete, channels};
    std::vector<std::string_view> names;
    for (const NamedLayout& known : kLayouts) names.push_back(known.name);
    const std::string meant = did_you_mean(text, names);
    return fail(ErrorCode::bad_argument,
                fmt::format("unknown layout '{}'{} mono, stereo, LCR, quad, 5.1, 7.1, 7.1.4 and '1 discrete' to "
                            "'{} discrete'",
                            text, meant.empty() ? ": there are" : meant + " There are", kMaxChannels));
}

std::string to_string(Layout layout) {
    for (const NamedLayout& known : kLayouts)
        if (known.layout.kind == layout.kind) return std::string(known.name);
    return fmt::format("{} discrete", layout.channels);
}

unsigned speaker_mask(Layout layout) {
    for (const NamedLayout& known : kLayouts)
        if (known.layout.kind == layout.kind) return known.mask;
    return 0;
}

Layout layout_of_channels(int channels) {
    for (const auto kind : {Layout::Kind::mono, Layout::Kind::stereo, Layout::Kind::surround_5_1,
                            Layout::Kind::surround_7_1, Layout::Kind::surround_7_1_4})
        for (const NamedLayout& known : kLayouts)
            if (known.layout.kind == kind && known.layout.channels == channels) return known.layout;
    return {Layout::Kind::discrete, channels};
}

}  // namespace dubplate
