using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Ganglion.Mcp.Calling;

/// <summary>A tool of a server, whichever connection there is to it by then.</summary>
internal sealed class McpTool(McpConnection connection, string name, Tool tool) : AIFunction
{
    private const int LongestDescription = 4_000;

    public override string Name => name;

    public override string Description => tool.Description is not { } description ? ""
        : description.Length > LongestDescription ? description[..LongestDescription] : description;

    public override JsonElement JsonSchema => tool.InputSchema;

    /// <summary>What the server calls it.</summary>
    public string Own => tool.Name;

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        CallToolResult result = await connection.CallAsync(tool.Name, arguments, cancellationToken).ConfigureAwait(false);
        AIContent[] contents = [.. result.Content.Select(content => content.ToAIContent()).OfType<AIContent>()];
        if (result.IsError == true)
        {
            string text = string.Join('\n', contents.OfType<TextContent>().Select(content => content.Text));
            throw new McpToolsException("mcp-tool-failed", text.Length == 0 ? "It says that it has failed, and not why." : text);
        }

        return contents switch
        {
            [] => result.StructuredContent,
            [TextContent { Text: var text }] => text,
            _ => contents,
        };
    }
}
