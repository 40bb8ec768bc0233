using System.Text.Json;

namespace Ganglion.Tools;

/// <summary>What people see who are asked to approve a call, and may edit.</summary>
/// <param name="Tool">The tool. To edit it changes nothing.</param>
/// <param name="Arguments">The arguments.</param>
internal sealed record ToolQuestion(string Tool, JsonElement Arguments);
