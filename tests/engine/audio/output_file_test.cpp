#include "engine/audio/output_file.h"

#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

OutputFile file_with(const std::string& path, std::string_view text) {
    OutputFile file = OutputFile::create(path).value();
    EXPECT_TRUE(file.write(text.data(), static_cast<std::int64_t>(text.size()), 0));
    return file;
}

std::string text_of(const std::string& path) {
    const auto bytes = test::bytes_of_file(path);
    return {bytes.begin(), bytes.end()};
}

TEST(OutputFile, AppearsOnlyWhenItIsCommitted) {
    test::TemporaryFolder folder;
    OutputFile file = file_with(folder / "mix", "new");
    ASSERT_EQ(folder.files().size(), 1u);
    EXPECT_TRUE(folder.files()[0].ends_with(".part"));
    ASSERT_TRUE(file.commit());
    EXPECT_EQ(folder.files(), std::vector<std::string>{"mix"});
    EXPECT_EQ(text_of(folder / "mix"), "new");
}

TEST(OutputFile, LeavesTheOlderOneAloneWhenItIsAbandonedEvenIfItWasClosed) {
    test::TemporaryFolder folder;
    test::write_bytes(folder / "mix", {'o', 'l', 'd'});
    {
        OutputFile file = file_with(folder / "mix", "new");
        ASSERT_TRUE(file.close());
        const OutputFile moved = std::move(file);
    }
    EXPECT_EQ(folder.files(), std::vector<std::string>{"mix"});
    EXPECT_EQ(text_of(folder / "mix"), "old");
}

/// How many of the first `bytes` of a file lie in the page cache.
std::size_t cached_bytes(const OutputFile& file, std::size_t bytes) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    void* const view = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.descriptor().get(), 0);
    std::vector<unsigned char> pages(bytes / page);
    EXPECT_EQ(::mincore(view, bytes, pages.data()), 0);
    ::munmap(view, bytes);
    return page * static_cast<std::size_t>(
                      std::count_if(pages.begin(), pages.end(), [](unsigned char there) { return (there & 1) != 0; }));
}

TEST(OutputFile, LeavesThePageCacheOnceItIsOnTheDiskIfItPassesTheCache) {
    test::TemporaryFolder folder;
    struct statfs system {};
    ASSERT_EQ(::statfs((folder / ".").c_str(), &system), 0);
    if (system.f_type == TMPFS_MAGIC) GTEST_SKIP() << "the folder for temporary files is no more than a page cache";
    constexpr std::int64_t kBytes = 8 << 20;
    std::vector<unsigned char> bytes(2 * kBytes);
    for (std::size_t k = 0; k < bytes.size(); ++k) bytes[k] = static_cast<unsigned char>(k * 37 >> 8);
    for (const bool passes : {false, true}) {
        OutputFile file = OutputFile::create(folder / "mix").value();
        if (passes) file.pass_cache();
        ASSERT_TRUE(file.write(bytes.data(), kBytes, 0));
        ASSERT_EQ(::fsync(file.descriptor().get()), 0);
        for (std::int64_t at = kBytes; at < 2 * kBytes; at += 1000 * 1000)
            ASSERT_TRUE(file.write(bytes.data() + at, std::min<std::int64_t>(1000 * 1000, 2 * kBytes - at), at));
        const std::size_t cached = cached_bytes(file, kBytes);
        EXPECT_EQ(cached, passes ? 0u : static_cast<std::size_t>(kBytes));
        ASSERT_TRUE(file.write(bytes.data(), 100, 0)) << "a header, at last";
        ASSERT_TRUE(file.commit());
        EXPECT_TRUE(test::bytes_of_file(folder / "mix") == bytes);
    }
}

TEST(OutputFile, CommitsSeveralAtOnceAndReplacesWhatWasThere) {
    test::TemporaryFolder folder;
    test::write_bytes(folder / "a", {'o', 'l', 'd'});
    {
        std::vector<OutputFile> files;
        files.push_back(file_with(folder / "a", "new a"));
        files.push_back(file_with(folder / "b", "new b"));
        ASSERT_TRUE(commit_all(files));
    }
    EXPECT_EQ(folder.files(), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(text_of(folder / "a"), "new a");
    EXPECT_EQ(text_of(folder / "b"), "new b");
}

TEST(OutputFile, WhatItReplacedCanBeTakenAwayBeforeItsEnd) {
    test::TemporaryFolder folder;
    test::write_bytes(folder / "a", {'o', 'l', 'd'});
    OutputFile file = file_with(folder / "a", "new a");
    file.remove_replaced();
    EXPECT_EQ(folder.files().size(), 2u) << "nothing is replaced before it has its name";
    ASSERT_TRUE(file.commit());
    file.remove_replaced();
    EXPECT_EQ(folder.files(), (std::vector<std::string>{"a"}));
    EXPECT_EQ(text_of(folder / "a"), "new a");
}

TEST(OutputFile, CommitsNoneIfTwoOfThemAreOneByAnotherName) {
    test::TemporaryFolder folder;
    std::filesystem::create_directory_symlink(".", folder / "here");
    test::write_bytes(folder / "mix", {'o', 'l', 'd'});
    {
        std::vector<OutputFile> files;
        files.push_back(file_with(folder / "mix", "a mix"));
        files.push_back(file_with(folder / "here/mix", "a stem"));
        const auto done = commit_all(files);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().where, folder / "here/mix");
    }
    EXPECT_EQ(text_of(folder / "mix"), "old");
    EXPECT_EQ(folder.files(), (std::vector<std::string>{"here", "mix"}));
}

TEST(OutputFile, CommitsNoneIfOneOfSeveralCannotHaveItsName) {
    test::TemporaryFolder folder;
    test::write_bytes(folder / "a", {'o', 'l', 'd'});
    {
        std::vector<OutputFile> files;
        for (const char* name : {"a", "b", "c"}) files.push_back(file_with(folder / name, "new"));
        std::filesystem::create_directory(folder / "c");
        const auto committed = commit_all(files);
        ASSERT_FALSE(committed);
        EXPECT_EQ(committed.error().code, ErrorCode::io);
        EXPECT_EQ(committed.error().message, "cannot give the finished file its name: Is a directory");
        EXPECT_EQ(committed.error().where, folder / "c");
    }
    EXPECT_EQ(folder.files(), (std::vector<std::string>{"a", "c"}));
    EXPECT_EQ(text_of(folder / "a"), "old");
    EXPECT_TRUE(std::filesystem::is_directory(folder / "c"));
}

}  // namespace
}  // namespace dubplate::audio
