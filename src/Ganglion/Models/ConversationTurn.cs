using System.Text.Json;
using Ganglion.Events;
using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>Something that was said in a <see cref="Conversation"/>, by a person, a model or a tool.</summary>
[EventType("turn_said")]
public sealed record ConversationTurn
{
    /// <summary>Who has said it: <c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    public string Role { get; init; } = ChatRole.User.Value;

    /// <summary>Who of them, by name; <see langword="null"/> if that is not told.</summary>
    public string? Author { get; init; }

    /// <summary>What: an array of contents of Microsoft.Extensions.AI, as <see cref="AIJsonUtilities.DefaultOptions"/> writes them.</summary>
    public JsonElement Contents { get; init; }

    /// <summary>Which turns before it the model was given that has said it; <see langword="null"/>: no model has.</summary>
    public TurnRange? Prompt { get; init; }

    /// <summary>The model that has said it.</summary>
    public string? Model { get; init; }

    /// <summary>The turn as a message for a model.</summary>
    public ChatMessage ToMessage() => new(new ChatRole(Role), Contents.Deserialize<IList<AIContent>>(AIJsonUtilities.DefaultOptions)!) { AuthorName = Author };

    /// <summary>A message as a turn.</summary>
    /// <param name="message">The message.</param>
    public static ConversationTurn Of(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new ConversationTurn
        {
            Role = message.Role.Value,
            Author = message.AuthorName,
            Contents = JsonSerializer.SerializeToElement(message.Contents, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IList<AIContent>))),
        };
    }
}
