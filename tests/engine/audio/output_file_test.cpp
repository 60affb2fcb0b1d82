#include "engine/audio/output_file.h"

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
