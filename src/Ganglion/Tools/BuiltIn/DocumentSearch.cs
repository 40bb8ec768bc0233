using System.ComponentModel;
using System.Text;

namespace Ganglion.Tools.BuiltIn;

/// <summary>Tools that search a folder of documents, by words (BM25), and read in them. What lies outside of the folder cannot be reached, nor what is linked into it.</summary>
public static class DocumentSearch
{
    private const int MostLines = 200;
    private const int LongestQuery = 1_000;

    /// <summary>
    /// Makes the tool <c>search_documents</c>: it returns the passages that fit words best, each with its path and line. The folder is read into memory with the first search.
    /// </summary>
    /// <param name="folder">The folder, with those within it.</param>
    /// <param name="search">How much of it is read.</param>
    /// <param name="options">How it is to be called. Default: the default options.</param>
    public static AgentTool Create(string folder, DocumentSearchOptions? search = null, ToolOptions? options = null)
    {
        var index = new DocumentIndex(new DocumentFolder(folder, search ?? new DocumentSearchOptions()));
        return AgentTool.Create(
            ([Description("Words that the passages are to have.")] string query, CancellationToken cancellationToken, [Description("How many passages: 1 to 20.")] int count = 5) =>
                Write(index.Find(query.Length > LongestQuery ? query[..LongestQuery] : query, Math.Clamp(count, 1, 20), cancellationToken)),
            "search_documents",
            "Finds the passages of the documents that have certain words, the best first, each with its path and line.",
            options);
    }

    /// <summary>Makes the tool <c>read_document</c>: it returns up to 200 lines of a document, from a line on.</summary>
    /// <inheritdoc cref="Create"/>
    public static AgentTool CreateReader(string folder, DocumentSearchOptions? search = null, ToolOptions? options = null)
    {
        var documents = new DocumentFolder(folder, search ?? new DocumentSearchOptions());
        return AgentTool.Create(
            ([Description("The path, as search_documents tells it.")] string path, [Description("The first line, from 1.")] int line = 1) =>
            {
                string[] lines = documents.Read(path).Split('\n');
                int first = Math.Clamp(line, 1, lines.Length);
                int last = Math.Min(lines.Length, first + MostLines - 1);
                return $"{path}, lines {first} to {last} of {lines.Length}\n{string.Join('\n', lines[(first - 1)..last])}";
            },
            "read_document",
            $"Reads up to {MostLines} lines of a document.",
            options);
    }

    private static string Write(IReadOnlyList<DocumentPassage> found)
    {
        if (found.Count == 0)
        {
            return "No document has these words.";
        }

        var text = new StringBuilder();
        foreach (DocumentPassage passage in found)
        {
            text.Append(passage.Path).Append(':').Append(passage.Line).Append('\n').Append(passage.Text).Append("\n\n");
        }

        return text.ToString().TrimEnd();
    }
}
