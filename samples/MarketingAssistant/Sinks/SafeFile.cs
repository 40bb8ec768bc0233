namespace MarketingAssistant.Sinks;

/// <summary>Files that are there whole, or not at all: also when the process dies while it writes them.</summary>
internal static class SafeFile
{
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string draft = path + ".draft";
        await using (FileStream file = File.Create(draft))
        {
            await file.WriteAsync(content, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }
}
