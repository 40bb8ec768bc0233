namespace Ganglion.Mcp.Calling;

/// <summary>What servers and their tools are called. Models take 1 to 64 of the characters a-z A-Z 0-9 _ - for a tool.</summary>
internal static class McpNames
{
    public const int LongestServer = 30;

    private const int LongestTool = 64;

    // No underscore, which divides a server from its tool: so no two servers can have tools of one name.
    public static bool IsServer(string name) => name.Length is > 0 and <= LongestServer && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    /// <summary>The name of a tool, for models.</summary>
    public static string Of(string server, string tool)
    {
        string plain = string.Concat(tool.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_'));
        string name = $"{server}_{plain}";
        return name.Length > LongestTool ? name[..LongestTool] : name;
    }

    /// <summary>Whether a tool is among those that are wanted.</summary>
    public static bool IsWanted(string tool, IList<string> only) => only.Count == 0 || only.Any(wanted => wanted.EndsWith('*')
        ? tool.StartsWith(wanted[..^1], StringComparison.Ordinal)
        : tool == wanted);
}
