using Ganglion.Events;

namespace Ganglion.Agents;

/// <summary>
/// Which instance has sent a message: an extension of its event, percent-encoded. A request tells it by its chain of callers, a message of
/// AutoGen's by the attributes that AutoGen has for it.
/// </summary>
internal static class MessageSender
{
    /// <summary>The name of the extension.</summary>
    public const string Attribute = "sender";

    public static Dictionary<string, string> ExtensionOf(AgentId sender) => new() { [Attribute] = Uri.EscapeDataString(sender.ToString()) };

    public static AgentId? Read(CloudEvent message)
    {
        string? text = message.Extensions.GetValueOrDefault(Attribute)
            ?? message.Extensions.GetValueOrDefault(CallChain.Attribute)?.Split(' ')[^1];
        return text is null ? ReadAutoGen(message)
            : AgentId.TryParse(Uri.UnescapeDataString(text), null, out AgentId sender) ? sender
            : null;
    }

    private static AgentId? ReadAutoGen(CloudEvent message) =>
        AutoGenMessage.Read(message) is { SenderType: { } type, SenderKey: { } key } && AgentType.IsValid(type)
            ? new AgentId(new AgentType(type), key)
            : null;
}
