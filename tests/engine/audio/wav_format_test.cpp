#include "engine/audio/wav_format.h"

#include <cstring>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

/// Chunks put together by hand, to say things no writer would.
class Bytes {
public:
    Bytes& id(const char* text) {
        bytes_.insert(bytes_.end(), text, text + 4);
        return *this;
    }
    Bytes& u16(unsigned value) { return number(value, 2); }
    Bytes& u32(std::uint64_t value) { return number(value, 4); }
    Bytes& u64(std::uint64_t value) { return number(value, 8); }
    Bytes& zeros(std::size_t count) {
        bytes_.resize(bytes_.size() + count);
        return *this;
    }
    Bytes& fmt(unsigned tag, unsigned channels, unsigned rate, unsigned bits) {
        return id("fmt ")
            .u32(16)
            .u16(tag)
            .u16(channels)
            .u32(rate)
            .u32(rate * channels * bits / 8)
            .u16(channels * bits / 8)
            .u16(bits);
    }
    operator const std::vector<unsigned char>&() const { return bytes_; }

private:
    Bytes& number(std::uint64_t value, int count) {
        for (int k = 0; k < count; ++k) bytes_.push_back(static_cast<unsigned char>(value >> (8 * k)));
        return *this;
    }
    std::vector<unsigned char> bytes_;
};

Bytes riff(std::uint64_t size, const char* container = "RIFF") {
    Bytes bytes;
    bytes.id(container).u32(size).id("WAVE");
    return bytes;
}

Result<std::optional<PcmLayout>> parsed(const std::vector<unsigned char>& bytes) {
    test::TemporaryFolder folder;
    const std::string path = folder / "made.wav";
    test::write_bytes(path, bytes);
    return find_pcm(*open_for_reading(path), static_cast<std::int64_t>(bytes.size()), "made.wav");
}

TEST(WavFormat, FindsTheSamplesBehindOtherChunks) {
    Bytes bytes = riff(0);
    bytes.id("JUNK").u32(3).zeros(4).id("bext").u32(602).zeros(602).fmt(1, 2, 48000, 24).id("data").u32(60).zeros(60);
    const auto layout = parsed(bytes).value().value();
    EXPECT_EQ(layout.type, SampleType::int24);
    EXPECT_EQ(layout.channels, 2);
    EXPECT_EQ(layout.sample_rate, 48000);
    EXPECT_EQ(layout.frames, 10);
    EXPECT_EQ(layout.data_offset, 12 + 12 + 610 + 24 + 8);
    EXPECT_EQ(layout.format, "WAV (Microsoft), Signed 24 bit PCM");
}

TEST(WavFormat, TakesSizesThatWereNeverPatchedAsUpToTheEnd) {
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{0xffffffff}}) {
        Bytes bytes = riff(size);
        bytes.fmt(1, 1, 44100, 16).id("data").u32(size).zeros(21);
        EXPECT_EQ(parsed(bytes).value().value().frames, 10) << size;
    }
}

TEST(WavFormat, BelievesAnEmptyDataChunkInAConsistentFile) {
    Bytes bytes = riff(4 + 24 + 8 + 12);
    bytes.fmt(1, 1, 44100, 16).id("data").u32(0).id("LIST").u32(4).zeros(4);
    EXPECT_EQ(parsed(bytes).value().value().frames, 0);
}

TEST(WavFormat, CallsADataChunkLongerThanTheFileCorrupt) {
    Bytes bytes = riff(1000);
    bytes.fmt(1, 2, 48000, 16).id("data").u32(4000).zeros(100);
    const auto layout = parsed(bytes);
    ASSERT_FALSE(layout);
    EXPECT_EQ(layout.error().code, ErrorCode::corrupt_input);
    EXPECT_EQ(layout.error().where, "made.wav");
    EXPECT_EQ(layout.error().message,
              "the file ends early: its header promises 4000 bytes of audio, 100 are there (up to frame 25)");
}

TEST(WavFormat, LeavesWhatItCannotReadStraightToOthers) {
    const auto is_left = [](const std::vector<unsigned char>& bytes) {
        const auto layout = parsed(bytes);
        return layout.has_value() && !layout->has_value();
    };
    const auto with_fmt = [](unsigned tag, unsigned channels, unsigned rate, unsigned bits) {
        Bytes bytes = riff(0);
        bytes.fmt(tag, channels, rate, bits).id("data").u32(8).zeros(8);
        return bytes;
    };
    EXPECT_TRUE(is_left(with_fmt(1, 1, 48000, 8)));
    EXPECT_TRUE(is_left(with_fmt(3, 1, 48000, 16)));
    EXPECT_TRUE(is_left(with_fmt(2, 1, 48000, 16)));
    EXPECT_TRUE(is_left(with_fmt(1, 0, 48000, 16)));
    EXPECT_TRUE(is_left(with_fmt(1, 9999, 48000, 16)));
    EXPECT_TRUE(is_left(with_fmt(1, 1, 0, 16)));
    EXPECT_FALSE(is_left(with_fmt(1, 1, 48000, 16)));
    EXPECT_FALSE(is_left(with_fmt(3, 1, 48000, 64)));
    EXPECT_TRUE(is_left(riff(0)));
    EXPECT_TRUE(is_left({'R', 'I', 'F'}));
    EXPECT_TRUE(is_left(riff(0, "RIFX").fmt(1, 1, 48000, 16).id("data").u32(8).zeros(8)));
    Bytes data_first = riff(0);
    data_first.id("data").u32(8).zeros(8).fmt(1, 1, 48000, 16);
    EXPECT_TRUE(is_left(data_first));
    Bytes lying_chunk = riff(0);
    lying_chunk.id("LIST").u32(0xfffffff0).fmt(1, 1, 48000, 16).id("data").u32(8).zeros(8);
    EXPECT_TRUE(is_left(lying_chunk));
    Bytes short_fmt = riff(0);
    short_fmt.id("fmt ").u32(4).u32(0).id("data").u32(8).zeros(8);
    EXPECT_TRUE(is_left(short_fmt));
}

TEST(WavFormat, RefusesFramesThatAreNotTheBytesOfTheirSamples) {
    const auto error_of = [](unsigned tag, unsigned channels, unsigned frame_bytes, unsigned bits) -> std::string {
        Bytes bytes = riff(0);
        bytes.id("fmt ").u32(16).u16(tag).u16(channels).u32(48000).u32(0).u16(frame_bytes).u16(bits);
        const auto layout = parsed(bytes.id("data").u32(24).zeros(24));
        return layout ? "" : layout.error().message;
    };
    EXPECT_EQ(error_of(1, 2, 8, 24),
              "its header contradicts itself: 2 channels of 24 bits in frames of 8 bytes; save it anew");
    EXPECT_NE(error_of(1, 1, 0, 16), "");
    EXPECT_NE(error_of(3, 1, 4, 64), "");
    EXPECT_EQ(error_of(1, 2, 4, 12), "") << "12 bits stand in two bytes each";
    EXPECT_EQ(error_of(2, 1, 256, 4), "") << "compressed frames have other rules";
    Bytes extensible = riff(0);
    extensible.id("fmt ").u32(40).u16(0xfffe).u16(2).u32(48000).u32(0).u16(8).u16(24).u16(22).u16(24).u32(3).u16(1);
    extensible.zeros(14).id("data").u32(24).zeros(24);
    EXPECT_FALSE(parsed(extensible));
}

TEST(WavFormat, GivesUpOnFilesOfNothingButChunks) {
    Bytes bytes = riff(0);
    for (int chunk = 0; chunk < 20000; ++chunk) bytes.id("JUNK").u32(0);
    bytes.fmt(1, 1, 48000, 16).id("data").u32(8).zeros(8);
    const auto layout = parsed(bytes);
    ASSERT_TRUE(layout);
    EXPECT_FALSE(layout->has_value());
}

TEST(WavFormat, OwnHeadersAreFoundAgain) {
    test::TemporaryFolder folder;
    const Layout layouts[] = {{Layout::Kind::mono, 1}, {Layout::Kind::stereo, 2}, {Layout::Kind::surround_5_1, 6}};
    for (const SampleType type : {SampleType::int16, SampleType::int24, SampleType::float32}) {
        for (const Layout layout : layouts) {
            // 2^32 frames need BW64; the file is a hole behind its header.
            for (const FrameCount frames : {FrameCount{0}, FrameCount{999}, FrameCount{1} << 32}) {
                SCOPED_TRACE(testing::Message() << bytes_of(type) << " bytes, " << layout.channels << " channels, "
                                                << frames << " frames");
                const auto header = wav_header(type, layout, 96000, frames);
                const std::int64_t data_bytes = frames * layout.channels * bytes_of(type);
                const auto* const from = reinterpret_cast<const unsigned char*>(header.data());
                test::write_bytes(folder / "own.wav", {from, from + header.size()});
                std::filesystem::resize_file(folder / "own.wav", header.size() + static_cast<std::size_t>(data_bytes));
                EXPECT_EQ(std::string(from, from + 4), frames > 999 ? "BW64" : "RIFF");
                const auto file = open_for_reading(folder / "own.wav");
                const auto found =
                    find_pcm(*file, static_cast<std::int64_t>(header.size()) + data_bytes, "own.wav").value().value();
                EXPECT_EQ(found.type, type);
                EXPECT_EQ(found.channels, layout.channels);
                EXPECT_EQ(found.sample_rate, 96000);
                EXPECT_EQ(found.frames, frames);
                EXPECT_EQ(found.data_offset, static_cast<std::int64_t>(header.size()));
                EXPECT_EQ(header.size(), wav_header(type, layout, 96000, 0).size());
            }
        }
    }
}

TEST(WavFormat, BecomesBw64WhereTheFilePasses4GiB) {
    const Layout mono{Layout::Kind::mono, 1};
    const auto header_bytes = static_cast<FrameCount>(wav_header(SampleType::int16, mono, 48000, 0).size());
    // The RIFF size counts all but its first 8 bytes, and its largest value means "see ds64".
    const FrameCount most = (0xffffffffLL - 1 + 8 - header_bytes) / 2;
    EXPECT_EQ(wav_header(SampleType::int16, mono, 48000, most)[0], std::byte{'R'});
    EXPECT_EQ(wav_header(SampleType::int16, mono, 48000, most + 1)[0], std::byte{'B'});
}

TEST(WavFormat, ReadsFramesBeyond4GiBOfRf64AndBw64) {
    test::TemporaryFolder folder;
    for (const char* const container : {"RF64", "BW64"}) {
        SCOPED_TRACE(container);
        const std::uint64_t frames = (std::uint64_t{1} << 31) + 100;
        Bytes bytes = riff(0xffffffff, container);
        bytes.id("ds64").u32(28).u64(frames * 4 + 80).u64(frames * 4).u64(frames).u32(0);
        bytes.fmt(1, 2, 48000, 16).id("data").u32(0xffffffff);
        const std::vector<unsigned char>& header = bytes;
        const std::string path = folder / container;
        test::write_bytes(path, header);
        std::filesystem::resize_file(path, header.size() + frames * 4);
        {
            std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
            file.seekp(static_cast<std::streamoff>(header.size() + (frames - 1) * 4));
            file.write("\x00\x40\x00\xc0", 4);
        }
        const auto source = open_source(path, 48000, 1.0, folder.path());
        ASSERT_TRUE(source) << source.error().message;
        EXPECT_EQ((*source)->frames(), static_cast<FrameCount>(frames));
        const auto last = test::read_frames(**source, static_cast<FrameCount>(frames) - 2, 4).value();
        EXPECT_EQ(last[0], (test::Signal{0.0f, 0.5f, 0.0f, 0.0f}));
        EXPECT_EQ(last[1], (test::Signal{0.0f, -0.5f, 0.0f, 0.0f}));
    }
}

}  // namespace
}  // namespace dubplate::audio
