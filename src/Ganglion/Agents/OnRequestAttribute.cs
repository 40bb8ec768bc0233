namespace Ganglion.Agents;

/// <summary>
/// Marks a method of an <see cref="Agent"/> as the handler of requests that are addressed to one of its instances, by
/// <see cref="AgentContext.CallAsync{TReply}"/> for instance. The method takes what a method with <see cref="OnAttribute"/> takes. What it
/// returns is the reply: a value, a task of a value, or nothing, which is an empty reply.
/// </summary>
/// <param name="request">What the request is called; also the type of its event. One method handles a request.</param>
/// <remarks>
/// An exception of the method is told to the caller, once it is tried no more. <see cref="UnprocessableEventException"/> refuses a request
/// without another try.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OnRequestAttribute(string request) : Attribute
{
    /// <summary>What the request is called.</summary>
    public string Request { get; } = request;

    /// <inheritdoc cref="OnAttribute.Version"/>
    public int Version { get; set; } = 1;
}
