using System.Text.Json;

namespace Ganglion.Configuring;

/// <summary>A file of settings: JSON, or YAML by its name.</summary>
internal static class SettingsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file: <c>.yaml</c> and <c>.yml</c> are YAML, all else is JSON, in which comments are allowed.</param>
    /// <param name="faults">Gets why it cannot be read.</param>
    /// <returns>What it says; undefined if it cannot be read.</returns>
    public static JsonElement Read(string path, List<string> faults)
    {
        try
        {
            string text = File.ReadAllText(path);
            return Path.GetExtension(path).ToUpperInvariant() is ".YAML" or ".YML"
                ? YamlSettings.Read(text)
                : JsonElement.Parse(text, Lenient);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            faults.Add($"{path} cannot be read: {exception.Message}");
            return default;
        }
    }
}
