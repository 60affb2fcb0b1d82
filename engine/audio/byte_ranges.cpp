#include "engine/audio/byte_ranges.h"

#include <algorithm>

namespace dubplate::audio {

std::vector<ByteRange> merged(std::vector<ByteRange> ranges, std::int64_t least_gap) {
    std::erase_if(ranges, [](const ByteRange& range) { return range.end <= range.begin; });
    std::sort(ranges.begin(), ranges.end(), [](const ByteRange& a, const ByteRange& b) { return a.begin < b.begin; });
    std::size_t count = 0;
    for (const ByteRange& range : ranges) {
        const bool joins = count > 0 && range.begin - ranges[count - 1].end < std::max<std::int64_t>(least_gap, 1);
        if (joins)
            ranges[count - 1].end = std::max(ranges[count - 1].end, range.end);
        else
            ranges[count++] = range;
    }
    ranges.resize(count);
    return ranges;
}

ByteRange read_ahead(const ByteRange& wanted, const ByteRange& asked, std::int64_t ahead, std::int64_t file_bytes) {
    if (wanted.begin >= asked.begin && wanted.end <= asked.end) return {};
    if (wanted.begin <= asked.begin || wanted.begin > asked.end) return wanted;
    return {wanted.begin, std::max(wanted.end, std::min(wanted.begin + ahead, file_bytes))};
}

}  // namespace dubplate::audio
