#include "bench/sessions/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "kernels/processors/processor.h"

namespace dubplate::bench {

session::Insert make_insert(const std::string& kind, std::vector<std::pair<std::string, Value>> values) {
    const kernels::ProcessorKind* found = kernels::find_processor(kind);
    if (found == nullptr) throw std::logic_error(fmt::format("there is no processor '{}'", kind));
    const ProcessorDescription& description = found->description;
    for (const auto& [path, value] : values)
        if (parameter_index(description, path) == kNoParameter)
            throw std::logic_error(fmt::format("'{}' has no parameter '{}'", kind, path));
    std::stable_sort(values.begin(), values.end(), [&](const auto& a, const auto& b) {
        return parameter_index(description, a.first) < parameter_index(description, b.first);
    });
    session::Insert insert;
    insert.processor = kind;
    for (auto& [path, value] : values) insert.parameters.push_back({std::move(path), std::move(value), {}});
    return insert;
}

namespace {

std::vector<std::pair<std::string, Value>> values_of(const std::array<Band, 4>& bands) {
    constexpr std::array kTypes{"low_shelf", "bell", "bell", "high_shelf"};
    std::vector<std::pair<std::string, Value>> values;
    for (std::size_t index = 0; index < bands.size(); ++index) {
        const std::string prefix = fmt::format("bands/{}/", index);
        values.emplace_back(prefix + "type", std::string(kTypes[index]));
        values.emplace_back(prefix + "frequency", hertz(bands[index].frequency_hz));
        values.emplace_back(prefix + "gain", session::decibels(bands[index].gain_db));
        values.emplace_back(prefix + "q", plain(bands[index].q));
    }
    return values;
}

}  // namespace

session::Insert make_eq(const std::array<Band, 4>& bands) { return make_insert("eq", values_of(bands)); }

session::Insert make_linear_eq(const std::array<Band, 4>& bands) {
    auto values = values_of(bands);
    values.emplace_back("length", "4096");
    return make_insert("linear_eq", std::move(values));
}

session::Insert make_compressor(const Compression& settings) {
    return make_insert("compressor", {{"detector", "rms"},
                                      {"knee", session::decibels(0.0)},
                                      {"threshold", session::decibels(settings.threshold_db)},
                                      {"ratio", plain(settings.ratio)},
                                      {"attack", milliseconds(settings.attack_ms)},
                                      {"release", milliseconds(settings.release_ms)},
                                      {"makeup", session::decibels(settings.makeup_db)}});
}

std::string numbered(const char* word, int index, int digits) { return fmt::format("{}_{:0{}}", word, index, digits); }

session::Strip make_strip(std::string name, session::StripKind kind, Layout layout) {
    session::Strip strip;
    strip.name = std::move(name);
    strip.kind = kind;
    strip.layout = layout;
    return strip;
}

session::Strip make_master() {
    session::Strip master = make_strip("master", session::StripKind::master, {Layout::Kind::stereo, 2});
    master.inserts.push_back(make_eq(kMasterBands));
    master.inserts.push_back(make_compressor(kMasterCompression));
    master.inserts.push_back(make_insert("limiter", {{"ceiling", session::decibels(kMasterCeilingDb)},
                                                     {"lookahead", milliseconds(kMasterLookaheadMs)},
                                                     {"release", milliseconds(kMasterReleaseMs)}}));
    return master;
}

}  // namespace dubplate::bench
