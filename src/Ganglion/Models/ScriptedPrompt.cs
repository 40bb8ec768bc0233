using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>What a <see cref="ScriptedChatClient"/> is asked.</summary>
public sealed class ScriptedPrompt
{
    internal ScriptedPrompt(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Messages = [.. messages];
        Options = options;
        Question = Messages.LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? "";
        Instructions = string.Join(
            '\n', Messages.Where(message => message.Role == ChatRole.System).Select(message => message.Text).Prepend(options?.Instructions).Where(text => !string.IsNullOrEmpty(text)));
    }

    /// <summary>All messages, the oldest first.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>What the call says beside the messages.</summary>
    public ChatOptions? Options { get; }

    /// <summary>The text of the last message of the user; empty, if there is none.</summary>
    public string Question { get; }

    /// <summary>The instructions in <see cref="Options"/> and the messages of the system, a line each; empty, if there are none.</summary>
    public string Instructions { get; }
}
