using Microsoft.Extensions.AI;

namespace Ganglion.Tools;

/// <summary>How tools are to be called: what the configuration says comes after what each says of itself.</summary>
/// <param name="changes">What the configuration says, by the name of the tool, or by how it begins and <c>*</c>.</param>
internal sealed class ToolPolicies(IReadOnlyDictionary<string, Func<ToolOptions, ToolOptions>> changes)
{
    private readonly (string Beginning, Func<ToolOptions, ToolOptions> Change)[] _patterns =
    [
        .. changes.Where(change => change.Key.EndsWith('*')).Select(change => (change.Key[..^1], change.Value)).OrderBy(change => change.Item1.Length),
    ];

    /// <summary>Each tool says for itself.</summary>
    public static ToolPolicies None { get; } = new(new Dictionary<string, Func<ToolOptions, ToolOptions>>());

    /// <summary>How a tool is to be called. Of what the configuration says, that which fits best counts most.</summary>
    public ToolOptions Of(AIFunction tool)
    {
        ToolOptions options = tool.GetService<AgentTool>()?.Options ?? new ToolOptions();
        if (tool.GetService<ApprovalRequiredAIFunction>() is not null)
        {
            options = options with { Approval = ToolApproval.Always };
        }

        foreach ((string beginning, Func<ToolOptions, ToolOptions> change) in _patterns)
        {
            if (tool.Name.StartsWith(beginning, StringComparison.Ordinal))
            {
                options = change(options);
            }
        }

        return changes.TryGetValue(tool.Name, out Func<ToolOptions, ToolOptions>? own) ? own(options) : options;
    }
}
