#include "engine/audio/file_metadata.h"

#include <sndfile.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <pugixml.hpp>
#include <span>

#include "engine/audio/posix_file.h"
#include "engine/audio/sndfile_lock.h"
#include "engine/audio/wav_format.h"

namespace dubplate::audio {

namespace {

constexpr std::uint32_t kMostXmlBytes = 1 << 20;

struct Close {
    void operator()(SNDFILE* file) const { sf_close(file); }
};
using SoundFileHandle = std::unique_ptr<SNDFILE, Close>;

/// The loudspeakers of our layouts in their order, as libsndfile calls them; back and side are one where a layout has
/// only one such pair (BS.775 places the surrounds of 5.1 at the side, older files call them back).
struct KnownMap {
    Layout layout;
    std::vector<int> speakers;
};
const std::vector<KnownMap>& known_maps() {
    using Kind = Layout::Kind;
    constexpr int L = SF_CHANNEL_MAP_LEFT, R = SF_CHANNEL_MAP_RIGHT, C = SF_CHANNEL_MAP_CENTER,
                  lfe = SF_CHANNEL_MAP_LFE, bl = SF_CHANNEL_MAP_REAR_LEFT, br = SF_CHANNEL_MAP_REAR_RIGHT,
                  sl = SF_CHANNEL_MAP_SIDE_LEFT, sr = SF_CHANNEL_MAP_SIDE_RIGHT, tfl = SF_CHANNEL_MAP_TOP_FRONT_LEFT,
                  tfr = SF_CHANNEL_MAP_TOP_FRONT_RIGHT, tbl = SF_CHANNEL_MAP_TOP_REAR_LEFT,
                  tbr = SF_CHANNEL_MAP_TOP_REAR_RIGHT;
    static const std::vector<KnownMap> maps = {
        {{Kind::mono, 1}, {C}},
        {{Kind::mono, 1}, {SF_CHANNEL_MAP_MONO}},
        {{Kind::stereo, 2}, {L, R}},
        {{Kind::lcr, 3}, {L, R, C}},
        {{Kind::quad, 4}, {L, R, bl, br}},
        {{Kind::quad, 4}, {L, R, sl, sr}},
        {{Kind::surround_5_1, 6}, {L, R, C, lfe, bl, br}},
        {{Kind::surround_5_1, 6}, {L, R, C, lfe, sl, sr}},
        {{Kind::surround_7_1, 8}, {L, R, C, lfe, bl, br, sl, sr}},
        {{Kind::surround_7_1_4, 12}, {L, R, C, lfe, bl, br, sl, sr, tfl, tfr, tbl, tbr}},
    };
    return maps;
}

/// libsndfile has two words for the front pair.
int plain_speaker(int speaker) {
    switch (speaker) {
        case SF_CHANNEL_MAP_FRONT_LEFT: return SF_CHANNEL_MAP_LEFT;
        case SF_CHANNEL_MAP_FRONT_RIGHT: return SF_CHANNEL_MAP_RIGHT;
        case SF_CHANNEL_MAP_FRONT_CENTER: return SF_CHANNEL_MAP_CENTER;
        default: return speaker;
    }
}

std::optional<Layout> layout_of_map(std::vector<int> map) {
    std::ranges::transform(map, map.begin(), plain_speaker);
    for (const KnownMap& known : known_maps())
        if (std::ranges::equal(known.speakers, map)) return known.layout;
    const bool none_named = std::ranges::all_of(map, [](int speaker) { return speaker == SF_CHANNEL_MAP_INVALID; });
    if (none_named || map.size() > static_cast<std::size_t>(kMaxChannels)) return std::nullopt;
    return Layout{Layout::Kind::discrete, static_cast<int>(map.size())};
}

/// RFC 9639, section 9.1.3: the count of channels says which they are.
std::optional<Layout> flac_layout(int channels) {
    if (channels == 3) return Layout{Layout::Kind::lcr, 3};
    if (channels == 4) return Layout{Layout::Kind::quad, 4};
    return layout_of_channels(channels);
}

std::optional<Layout> read_layout(SNDFILE* file, const SF_INFO& info) {
    std::vector<int> map(static_cast<std::size_t>(info.channels), SF_CHANNEL_MAP_INVALID);
    const int bytes = static_cast<int>(map.size() * sizeof map[0]);
    if (sf_command(file, SFC_GET_CHANNEL_MAP_INFO, map.data(), bytes) == SF_TRUE) return layout_of_map(std::move(map));
    if ((info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_FLAC) return flac_layout(info.channels);
    return std::nullopt;
}

/// The first chunk of this name, "" if there is none or it is no sensible text.
std::string read_chunk(SNDFILE* file, std::string_view id) {
    SF_CHUNK_INFO chunk{};
    id.copy(chunk.id, id.size());
    chunk.id_size = static_cast<unsigned>(id.size());
    SF_CHUNK_ITERATOR* const found = sf_get_chunk_iterator(file, &chunk);
    if (found == nullptr || sf_get_chunk_size(found, &chunk) != SF_ERR_NO_ERROR) return {};
    if (chunk.datalen == 0 || chunk.datalen > kMostXmlBytes) return {};
    std::string text(chunk.datalen, '\0');
    chunk.data = text.data();
    if (sf_get_chunk_data(found, &chunk) != SF_ERR_NO_ERROR) return {};
    return text;
}

}  // namespace

std::vector<std::string> ixml_channel_names(const std::string& ixml, int channels) {
    pugi::xml_document document;
    // Recorders pad the chunk with zeros, which are no XML.
    const std::size_t end = std::min(ixml.find('\0'), ixml.size());
    if (!document.load_buffer(ixml.data(), end, pugi::parse_default | pugi::parse_trim_pcdata)) return {};
    std::vector<std::string> names(static_cast<std::size_t>(std::max(channels, 0)));
    bool any = false;
    for (const pugi::xml_node track : document.child("BWFXML").child("TRACK_LIST").children("TRACK")) {
        // INTERLEAVE_INDEX is the channel in this file; CHANNEL_INDEX that of the recorder.
        const int channel = track.child("INTERLEAVE_INDEX").text().as_int();
        const std::string name = track.child("NAME").text().as_string();
        if (channel < 1 || channel > channels || name.empty()) continue;
        names[static_cast<std::size_t>(channel - 1)] = name;
        any = true;
    }
    return any ? names : std::vector<std::string>{};
}

FileMetadata read_file_metadata(const std::string& path) {
    const auto descriptor = open_for_reading(path);
    if (!descriptor) return {};
    SF_INFO info{};
    SoundFileHandle file;
    {
        const std::lock_guard lock(sndfile_open_mutex());
        file.reset(sf_open_fd(descriptor->get(), SFM_READ, &info, SF_FALSE));
    }
    if (file == nullptr || info.channels < 1 || info.channels > kMaxFileChannels) return {};
    FileMetadata metadata;
    SF_BROADCAST_INFO broadcast{};
    if (sf_command(file.get(), SFC_GET_BROADCAST_INFO, &broadcast, sizeof broadcast) == SF_TRUE)
        metadata.time_reference =
            std::uint64_t{broadcast.time_reference_high} << 32 | std::uint64_t{broadcast.time_reference_low};
    metadata.layout = read_layout(file.get(), info);
    metadata.channel_names = ixml_channel_names(read_chunk(file.get(), "iXML"), info.channels);
    return metadata;
}

}  // namespace dubplate::audio
