namespace Ganglion.Agents;

/// <summary>
/// An <see cref="Agent"/> that implements it handles messages of a type, whether they are sent to one of its instances or published to a
/// topic that it subscribes to. It may implement it for many types.
/// </summary>
/// <typeparam name="T">The type of the message. Its name on the log is what <see cref="Events.EventTypeAttribute.NameOf"/> says.</typeparam>
public interface IHandle<in T>
    where T : notnull
{
    /// <summary>Handles a message. What it sends, remembers and awaits is as with any other handler.</summary>
    /// <param name="message">The message.</param>
    /// <param name="context">How it has come, and what can be done about it.</param>
    /// <returns>Completes when it is handled; then whoever has sent it gets an empty reply.</returns>
    ValueTask HandleAsync(T message, MessageContext context);
}
