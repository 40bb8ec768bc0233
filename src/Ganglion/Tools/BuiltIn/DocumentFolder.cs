using System.Text;

namespace Ganglion.Tools.BuiltIn;

/// <summary>A folder of documents, out of which no path leads.</summary>
internal sealed class DocumentFolder(string folder, DocumentSearchOptions options)
{
    private const int Deepest = 20;

    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    public DocumentSearchOptions Options => options;

    /// <summary>The paths of all documents, from the folder on. Links are passed over, whatever they lead to.</summary>
    public IEnumerable<string> List()
    {
        var enumeration = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = Deepest,
            AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden | FileAttributes.System,
            IgnoreInaccessible = true,
        };
        return Directory.EnumerateFiles(_root, "*", enumeration)
            .Where(IsDocument)
            .Select(path => Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="IOException">There is no such document, or none that can be read as text; the message says why.</exception>
    public string Read(string path)
    {
        // A path that comes from a model may say anything: what counts is where it leads.
        string full = path.Contains('\0', StringComparison.Ordinal) ? "" : Path.GetFullPath(Path.Combine(_root, path));
        if (!full.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !IsDocument(full) || LeadsThroughLink(full))
        {
            throw new IOException($"There is no document '{path}'.");
        }

        var file = new FileInfo(full);

        // What has no length may be a pipe, at which one would wait for ever.
        if (!file.Exists || file.Length == 0 || file.Length > options.MaxFileBytes)
        {
            throw new IOException(!file.Exists ? $"There is no document '{path}'." : $"The document '{path}' is empty, or larger than {options.MaxFileBytes} bytes.");
        }

        byte[] bytes;
        using (FileStream stream = file.OpenRead())
        {
            bytes = new byte[file.Length];
            bytes = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }

        return bytes.AsSpan().Contains((byte)0) ? throw new IOException($"The document '{path}' is no text.") : Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n");
    }

    private bool IsDocument(string path) => options.Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    private bool LeadsThroughLink(string full)
    {
        string at = _root;
        foreach (string part in full[(_root.Length + 1)..].Split(Path.DirectorySeparatorChar))
        {
            at = Path.Combine(at, part);
            if (new FileInfo(at).LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }
}
