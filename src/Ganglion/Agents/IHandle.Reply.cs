namespace Ganglion.Agents;

/// <summary>As <see cref="IHandle{T}"/>, with a reply for whoever has sent the message. A message that was published gets none.</summary>
/// <typeparam name="TIn">The type of the message. Its name on the log is what <see cref="Events.EventTypeAttribute.NameOf"/> says.</typeparam>
/// <typeparam name="TOut">The type of the reply.</typeparam>
public interface IHandle<in TIn, TOut>
    where TIn : notnull
{
    /// <summary>Handles a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="context">How it has come, and what can be done about it.</param>
    /// <returns>The reply; <see langword="null"/>: an empty one.</returns>
    ValueTask<TOut> HandleAsync(TIn message, MessageContext context);
}
