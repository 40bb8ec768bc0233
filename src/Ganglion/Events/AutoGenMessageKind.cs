namespace Ganglion.Events;

/// <summary>What AutoGen's runtimes send each other (the attribute <c>agmsgkind</c>).</summary>
public enum AutoGenMessageKind
{
    /// <summary>A message for whoever subscribes to its topic (<c>publish</c>).</summary>
    Publish,

    /// <summary>A message whose sender awaits a response (<c>rpc_request</c>).</summary>
    Request,

    /// <summary>The response to a request (<c>rpc_response</c>).</summary>
    Response,

    /// <summary>What a request has failed with (<c>error</c>).</summary>
    Error,
}
