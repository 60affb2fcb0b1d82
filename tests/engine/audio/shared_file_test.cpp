#include "engine/audio/shared_file.h"

#include <algorithm>
#include <thread>

#include "engine/audio/output_file.h"
#include "engine/audio/scratch_file.h"
#include "tests/engine/audio/audio_files.h"
#include "tests/support/process.h"

namespace dubplate::audio {
namespace {

using test::open_descriptors, test::OpenFileLimit;

std::vector<std::unique_ptr<Source>> open_many(const test::TemporaryFolder& folder, int count) {
    std::vector<std::unique_ptr<Source>> sources;
    for (int k = 0; k < count; ++k) {
        const std::string path = folder / (std::to_string(k) + ".wav");
        const test::Channels one = {test::constant(4, (k + 1) / 32768.0)};
        test::write_sound_file(path, one, 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
        auto source = open_source(path, 48000, 1.0, folder.path());
        EXPECT_TRUE(source) << source.error().message;
        sources.push_back(std::move(*source));
    }
    return sources;
}

TEST(SharedFile, KeepsAtMostAFixedNumberOfDescriptorsOpen) {
    test::TemporaryFolder folder;
    const int before = open_descriptors();
    const auto sources = open_many(folder, kMostOpenFiles + 100);
    for (int round = 0; round < 2; ++round)
        for (std::size_t k = 0; k < sources.size(); ++k)
            ASSERT_EQ(test::read_frames(*sources[k], 0, 1).value()[0][0], static_cast<float>(k + 1) / 32768.0f);
    EXPECT_LE(open_descriptors(), before + kMostOpenFiles);
    EXPECT_GE(open_descriptors(), before + kMostOpenFiles / 2);
}

TEST(SharedFile, MakesDoWithFewerWhereTheProcessMayNotHaveSoMany) {
    test::TemporaryFolder folder;
    const auto sources = open_many(folder, 200);
    const OpenFileLimit limit(open_descriptors() + 20);
    for (std::size_t k = 0; k < sources.size(); ++k) {
        const auto frames = test::read_frames(*sources[k], 0, 1);
        ASSERT_TRUE(frames) << frames.error().message;
        ASSERT_EQ((*frames)[0][0], static_cast<float>(k + 1) / 32768.0f);
    }
}

TEST(SharedFile, LeavesHalfOfWhatTheProcessMayHaveToOthers) {
    test::TemporaryFolder folder;
    const int before = open_descriptors();
    const OpenFileLimit limit(60);
    const auto sources = open_many(folder, 100);
    for (const auto& source : sources) ASSERT_TRUE(test::read_frames(*source, 0, 1));
    EXPECT_LE(open_descriptors(), std::max(before, 3) + 30);
}

TEST(SharedFile, IdleDescriptorsMakeRoomForAnythingThatIsOpened) {
    test::TemporaryFolder folder;
    const auto sources = open_many(folder, 100);
    for (const auto& source : sources) ASSERT_TRUE(test::read_frames(*source, 0, 1));
    const OpenFileLimit limit(test::next_descriptor());  // none left
    auto output = OutputFile::create(folder / "new.wav");
    EXPECT_TRUE(output) << output.error().message;
    auto scratch = ScratchFile::in_folder(folder.path());
    EXPECT_TRUE(scratch) << scratch.error().message;
}

TEST(SharedFile, WhereNothingIsIdleTheErrorSaysWhatToDo) {
    test::TemporaryFolder folder;
    const OpenFileLimit limit(test::next_descriptor());
    const auto output = OutputFile::create(folder / "new.wav");
    ASSERT_FALSE(output);
    EXPECT_EQ(
        output.error().message,
        "cannot create: Too many open files: let the process have more (ulimit -n), or write fewer files at a time");
}

TEST(SharedFile, GivesItsDescriptorBackWithItsLastUser) {
    test::TemporaryFolder folder;
    const int before = open_descriptors();
    {
        const auto sources = open_many(folder, 10);
        for (const auto& source : sources) ASSERT_TRUE(test::read_frames(*source, 0, 1));
        EXPECT_EQ(open_descriptors(), before + 10);
    }
    EXPECT_EQ(open_descriptors(), before);
}

TEST(SharedFile, NoticesThatAnotherFileStandsUnderTheName) {
    test::TemporaryFolder folder;
    const auto sources = open_many(folder, 1);
    test::write_bytes(folder / "0.wav", {1, 2, 3});
    ASSERT_TRUE(close_idle_descriptors());  // so that it is opened again
    const auto frames = test::read_frames(*sources[0], 0, 1);
    ASSERT_FALSE(frames);
    EXPECT_EQ(frames.error().code, ErrorCode::io);
    EXPECT_EQ(frames.error().message, "the file was changed while it was in use");
    EXPECT_EQ(frames.error().where, folder / "0.wav");
}

TEST(SharedFile, MayBeReadFromSeveralThreadsAtOnce) {
    test::TemporaryFolder folder;
    const auto sources = open_many(folder, kMostOpenFiles + 40);
    std::vector<int> wrong(4, 0);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t)
        threads.emplace_back([&, t] {
            for (std::size_t step = 0; step < 1500; ++step) {
                const std::size_t k = (step * 17 + t * 71) % sources.size();
                float sample = 0.0f;
                float* out = &sample;
                const int channel = 0;
                const auto read = sources[k]->read(0, 1, {&channel, 1}, &out);
                wrong[t] += !read || sample != static_cast<float>(k + 1) / 32768.0f;
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace dubplate::audio
