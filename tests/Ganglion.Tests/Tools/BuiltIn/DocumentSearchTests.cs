using System.Text.Json;
using Ganglion.Tools;
using Ganglion.Tools.BuiltIn;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Tools.BuiltIn;

/// <summary>Search in a folder of documents, and reading in it.</summary>
public sealed class DocumentSearchTests : IDisposable
{
    private readonly DirectoryInfo _top = Directory.CreateTempSubdirectory("ganglion-documents-");
    private readonly string _folder;

    public DocumentSearchTests()
    {
        _folder = Path.Combine(_top.FullName, "documents");
        Directory.CreateDirectory(_folder);
    }

    public void Dispose() => _top.Delete(recursive: true);

    [Fact]
    public async Task What_fits_best_comes_first_with_its_path_and_line()
    {
        Write("guides/brakes.md", "# Brakes\n\nThe brakes of the car wear. Brakes are changed in pairs.");
        Write("guides/tyres.md", "# Tyres\n\nTyres wear, too, as brakes do.");
        Write("notes.txt", "The car is blue.");

        string found = await SearchAsync("which BRAKES wear?");

        found.ShouldStartWith("guides/brakes.md:1\n# Brakes");
        found.ShouldContain("guides/tyres.md:1\n");
        found.ShouldNotContain("notes.txt");
    }

    [Fact]
    public async Task A_rare_word_counts_more_than_one_that_is_everywhere()
    {
        for (int i = 0; i < 20; i++)
        {
            Write($"{i:00}.md", "report report report of the week");
        }

        Write("99.md", "report on zebras");

        (await SearchAsync("report zebras", count: 1)).ShouldStartWith("99.md:1");
    }

    [Fact]
    public async Task A_passage_deep_in_a_document_is_found_by_its_own_line()
    {
        Write("long.md", string.Join("\n", Enumerable.Range(1, 500).Select(i => i == 321 ? "the needle" : $"hay {i}")));

        string found = await SearchAsync("needle", count: 1);

        int line = int.Parse(found.Split('\n')[0].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        line.ShouldBeInRange(292, 321);
        found.Split('\n').Length.ShouldBeLessThan(32);
        (await ReadAsync("long.md", 321)).ShouldStartWith("long.md, lines 321 to 500 of 500\nthe needle\n");
    }

    [Fact]
    public async Task What_nobody_has_written_is_not_found() => (await SearchAsync("anything")).ShouldBe("No document has these words.");

    [Theory]
    [InlineData("../secret.md")]
    [InlineData("a/../../secret.md")]
    [InlineData("linked.md")]
    [InlineData("linked/secret.md")]
    [InlineData("/etc/hostname")]
    [InlineData("notes.json")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a\0.md")]
    [InlineData("nowhere/none.md")]
    public async Task No_path_and_no_link_leads_out_of_the_folder(string path)
    {
        File.WriteAllText(Path.Combine(_top.FullName, "secret.md"), "the secret word");
        Write("notes.json", "{}");
        Write("a/b.md", "here");
        File.CreateSymbolicLink(Path.Combine(_folder, "linked.md"), Path.Combine(_top.FullName, "secret.md"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), _top.FullName);

        (await Should.ThrowAsync<IOException>(ReadAsync(path))).Message.ShouldContain("There is no document");
        (await SearchAsync("secret")).ShouldBe("No document has these words.");
        (await ReadAsync("a/b.md")).ShouldEndWith("here");
    }

    [Fact]
    public async Task A_folder_whose_name_begins_like_it_is_another_one()
    {
        Directory.CreateDirectory($"{_folder}-private");
        File.WriteAllText(Path.Combine($"{_folder}-private", "a.md"), "private");

        await Should.ThrowAsync<IOException>(ReadAsync("../documents-private/a.md"));
    }

    [Fact]
    public async Task What_is_too_large_or_no_text_or_too_much_is_left_out()
    {
        Write("a.md", "apple apple");
        Write("b.md", new string('b', 2_000) + " apple");
        Write("c.md", "apple \0");
        Write("d.md", "");
        Write("e.md", "apple");
        var limits = new DocumentSearchOptions { MaxFileBytes = 1_000, MaxFiles = 4 };

        (await SearchAsync("apple", options: limits)).ShouldBe("a.md:1\napple apple");
    }

    [Fact]
    public async Task The_folder_is_read_again_after_a_while_and_not_before()
    {
        var time = new ManualTime();
        AgentTool search = DocumentSearch.Create(_folder, new DocumentSearchOptions { TimeProvider = time, RefreshAfter = TimeSpan.FromMinutes(1) });
        Write("a.md", "apple");
        (await CallAsync(search, "query", "apple pear")).ShouldBe("a.md:1\napple");
        Write("b.md", "pear");
        (await CallAsync(search, "query", "pear")).ShouldBe("No document has these words.");

        time.Advance(TimeSpan.FromMinutes(2));

        (await CallAsync(search, "query", "pear")).ShouldBe("b.md:1\npear");
    }

    private void Write(string path, string text)
    {
        string full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private Task<string> SearchAsync(string query, int count = 5, DocumentSearchOptions? options = null) =>
        CallAsync(DocumentSearch.Create(_folder, options), "query", query, ("count", count));

    private Task<string> ReadAsync(string path, int line = 1) => CallAsync(DocumentSearch.CreateReader(_folder), "path", path, ("line", line));

    private static async Task<string> CallAsync(AgentTool tool, string name, string value, (string Name, object Value)? more = null)
    {
        var arguments = new AIFunctionArguments { [name] = value };
        if (more is { } other)
        {
            arguments[other.Name] = other.Value;
        }

        return ((JsonElement)(await tool.InvokeAsync(arguments, TestContext.Current.CancellationToken))!).GetString()!;
    }
}
