#include "engine/audio/file_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = Layout::Kind;

/// Writes ten frames of so many channels; `prepare` sets what the file is to say of itself.
template <class Prepare>
void write_with(const std::string& path, int channels, int format, Prepare prepare) {
    SF_INFO info{};
    info.samplerate = 48000;
    info.channels = channels;
    info.format = format;
    SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
    ASSERT_NE(file, nullptr) << sf_strerror(nullptr);
    prepare(file);
    const std::vector<float> samples(static_cast<std::size_t>(10 * channels), 0.25f);
    ASSERT_EQ(sf_writef_float(file, samples.data(), 10), 10);
    ASSERT_EQ(sf_close(file), 0);
}

void map_channels(SNDFILE* file, std::vector<int> map) {
    ASSERT_EQ(sf_command(file, SFC_SET_CHANNEL_MAP_INFO, map.data(), static_cast<int>(map.size() * sizeof map[0])),
              SF_TRUE);
}

TEST(FileMetadata, TellsTheTimeReferenceInAll64Bits) {
    const test::TemporaryFolder folder;
    for (const std::uint64_t frames : {std::uint64_t{0}, std::uint64_t{1'728'000'000}, std::uint64_t{0x1'2345'6789}}) {
        write_with(folder / "a.wav", 1, SF_FORMAT_WAV | SF_FORMAT_PCM_24, [&](SNDFILE* file) {
            SF_BROADCAST_INFO broadcast{};
            broadcast.time_reference_low = static_cast<std::uint32_t>(frames);
            broadcast.time_reference_high = static_cast<std::uint32_t>(frames >> 32);
            ASSERT_EQ(sf_command(file, SFC_SET_BROADCAST_INFO, &broadcast, sizeof broadcast), SF_TRUE);
        });
        EXPECT_EQ(read_file_metadata(folder / "a.wav").time_reference, frames);
    }
}

TEST(FileMetadata, OfAPlainFileIsEmpty) {
    const test::TemporaryFolder folder;
    test::write_sound_file(folder / "a.wav", test::noise_channels(6, 10), 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
    const FileMetadata metadata = read_file_metadata(folder / "a.wav");
    EXPECT_FALSE(metadata.time_reference);
    EXPECT_FALSE(metadata.layout);
    EXPECT_THAT(metadata.channel_names, IsEmpty());
}

TEST(FileMetadata, OfWhatIsNoSoundFileIsEmpty) {
    const test::TemporaryFolder folder;
    test::write_bytes(folder / "a.wav", {'R', 'I', 'F', 'F'});
    for (const std::string& path : {folder / "a.wav", folder / "missing.wav", folder.path()}) {
        EXPECT_FALSE(read_file_metadata(path).layout) << path;
        EXPECT_FALSE(read_file_metadata(path).time_reference) << path;
    }
}

TEST(FileMetadata, TellsTheLayoutOfItsLoudspeakers) {
    const test::TemporaryFolder folder;
    constexpr int L = SF_CHANNEL_MAP_LEFT, R = SF_CHANNEL_MAP_RIGHT, C = SF_CHANNEL_MAP_CENTER,
                  lfe = SF_CHANNEL_MAP_LFE, bl = SF_CHANNEL_MAP_REAR_LEFT, br = SF_CHANNEL_MAP_REAR_RIGHT,
                  sl = SF_CHANNEL_MAP_SIDE_LEFT, sr = SF_CHANNEL_MAP_SIDE_RIGHT, bc = SF_CHANNEL_MAP_REAR_CENTER;
    const std::vector<std::pair<std::vector<int>, Layout>> cases = {
        {{C}, {Kind::mono, 1}},
        {{L, R}, {Kind::stereo, 2}},
        {{L, R, C}, {Kind::lcr, 3}},
        {{L, R, bl, br}, {Kind::quad, 4}},
        {{L, R, C, lfe, bl, br}, {Kind::surround_5_1, 6}},
        {{L, R, C, lfe, sl, sr}, {Kind::surround_5_1, 6}},
        {{L, R, C, lfe, bl, br, sl, sr}, {Kind::surround_7_1, 8}},
        {{L, R, C, bl, br}, {Kind::discrete, 5}},  // 5.0: no layout of ours
        {{L, R, C, lfe, bl, br, bc}, {Kind::discrete, 7}},
    };
    for (const auto& [map, layout] : cases) {
        SCOPED_TRACE(to_string(layout));
        write_with(folder / "a.wav", static_cast<int>(map.size()), SF_FORMAT_WAVEX | SF_FORMAT_PCM_24,
                   [&, speakers = map](SNDFILE* file) { map_channels(file, speakers); });
        EXPECT_EQ(read_file_metadata(folder / "a.wav").layout, layout);
    }
}

TEST(FileMetadata, KnowsTheOrderThatFlacLaysDown) {
    const test::TemporaryFolder folder;
    for (const auto& [channels, layout] : {std::pair{2, Layout{Kind::stereo, 2}},
                                           {4, Layout{Kind::quad, 4}},
                                           {5, Layout{Kind::discrete, 5}},
                                           {6, Layout{Kind::surround_5_1, 6}}}) {
        test::write_sound_file(folder / "a.flac", test::noise_channels(static_cast<std::size_t>(channels), 100), 48000,
                               SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
        EXPECT_EQ(read_file_metadata(folder / "a.flac").layout, layout);
    }
}

TEST(Ixml, NamesChannelsByTheirPlaceInTheFile) {
    const std::string ixml =
        "<?xml version=\"1.0\"?>\n<BWFXML><PROJECT>x</PROJECT><TRACK_LIST><TRACK_COUNT>2</TRACK_COUNT>"
        "<TRACK><CHANNEL_INDEX>7</CHANNEL_INDEX><INTERLEAVE_INDEX>2</INTERLEAVE_INDEX><NAME> Lav &amp; Co "
        "</NAME></TRACK>"
        "<TRACK><CHANNEL_INDEX>3</CHANNEL_INDEX><INTERLEAVE_INDEX>1</INTERLEAVE_INDEX><NAME>Boom</NAME></TRACK>"
        "<TRACK><INTERLEAVE_INDEX>9</INTERLEAVE_INDEX><NAME>not here</NAME></TRACK>"
        "</TRACK_LIST></BWFXML>";
    EXPECT_THAT(ixml_channel_names(ixml, 2), ElementsAre("Boom", "Lav & Co"));
    EXPECT_THAT(ixml_channel_names(ixml + std::string(100, '\0'), 3), ElementsAre("Boom", "Lav & Co", ""));
}

TEST(Ixml, ThatMakesNoSenseNamesNothing) {
    std::string deep;
    for (int k = 0; k < 100'000; ++k) deep += "<a>";
    for (const std::string& ixml : {std::string(), std::string("<BWFXML><TRACK_LIST>"), std::string("no XML at all"),
                                    std::string("<BWFXML/>"), deep, std::string(50, '\0')})
        EXPECT_THAT(ixml_channel_names(ixml, 2), IsEmpty());
    EXPECT_THAT(ixml_channel_names("<BWFXML/>", 0), IsEmpty());
}

TEST(FileMetadata, OfFieldRecordersAndWorkstationsIsUnderstood) {
    const auto files = test::shared_samples("wav-metadata/wavinfo", "");
    if (files.empty()) GTEST_SKIP() << "no shared samples on this machine";
    const auto of = [&](const std::string& name) {
        for (const std::string& path : files)
            if (path.ends_with("/" + name)) return read_file_metadata(path);
        ADD_FAILURE() << name << " is not among the samples";
        return FileMetadata{};
    };
    const FileMetadata recorder = of("sounddevices/A101_1.WAV");
    EXPECT_EQ(recorder.time_reference, 2190940753u);
    EXPECT_THAT(recorder.channel_names, ElementsAre("MKH516 A", "Boom"));
    EXPECT_EQ(of("nuendo/wavinfo Test Project - Audio - 5.1.wav").layout, (Layout{Kind::surround_5_1, 6}));
    EXPECT_EQ(of("nuendo/wavinfo Test Project - Audio - Atmos 7.1.4.wav").layout, (Layout{Kind::surround_7_1_4, 12}));
    EXPECT_FALSE(of("nuendo/wavinfo Test Project - Audio - 3OA.wav").layout);
    EXPECT_EQ(of("cue_chunks/STE-000.wav").time_reference, 3094800000u);
}

}  // namespace
}  // namespace dubplate::audio
