using Ganglion.Brokers.Listener.Protocol;
using Microsoft.Extensions.Logging;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>A client, and how far it has got in proving who it is.</summary>
internal sealed partial class ClientSession : IDisposable
{
    private readonly SaslServer? _sasl;
    private readonly Strangers _strangers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _deadline;
    private ISaslExchange? _exchange;
    private bool _isToldThatNobodyAsks;

    /// <param name="host">Where it comes from.</param>
    /// <param name="sasl">Asks it who it is; null if nobody does.</param>
    /// <param name="strangers">Those that are not let in yet, among which it is if somebody adds it.</param>
    /// <param name="timeout">How long it may take until it is let in.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told who it is.</param>
    public ClientSession(string host, SaslServer? sasl, Strangers strangers, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        Host = host;
        _sasl = sasl;
        _strangers = strangers;
        _time = time;
        _logger = logger;
        _deadline = new CancellationTokenSource(timeout, time);
    }

    /// <summary>Where it comes from.</summary>
    public string Host { get; }

    /// <summary>Whether it is let in.</summary>
    public bool IsAuthenticated { get; private set; }

    /// <summary>Why it is disconnected, as soon as it is answered; null if it is not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether the mechanism's messages come without Kafka's headers: as they did before Kafka 1.0.</summary>
    public bool SendsBareTokens { get; private set; }

    /// <summary>Fires when it has not been let in in time, or is given up.</summary>
    public CancellationToken Late => _deadline.Token;

    /// <summary>The mechanisms among which it can choose.</summary>
    public IReadOnlyCollection<string> Mechanisms => _sasl?.Mechanisms ?? [];

    /// <summary>Lets it in.</summary>
    /// <param name="principal">Who it is; null if nobody knows.</param>
    public void Admit(string? principal)
    {
        if (principal is not null)
        {
            LogAdmitted(Host, ClientText.Of(principal));
        }

        IsAuthenticated = true;
        _exchange = null;
        SendsBareTokens = false;
        _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        _strangers.Remove(this);
    }

    /// <summary>Disconnects it, for it has not been let in.</summary>
    /// <param name="reason">Why.</param>
    public void GiveUp(string reason)
    {
        Refusal = reason;
        _ = _deadline.CancelAsync();
    }

    /// <summary>Takes the mechanism that it has chosen.</summary>
    /// <param name="mechanism">The mechanism's name.</param>
    /// <param name="sendsBareTokens">Whether the mechanism's messages will come without Kafka's headers.</param>
    public ErrorCode Choose(string mechanism, bool sendsBareTokens)
    {
        if (_sasl is null && !_isToldThatNobodyAsks)
        {
            _isToldThatNobodyAsks = true;
            LogNobodyAsks(Host);
        }

        if (IsAuthenticated || _sasl is null)
        {
            return ErrorCode.IllegalSaslState;
        }

        if (_exchange is not null)
        {
            Refusal = "It chooses a mechanism twice.";
            return ErrorCode.IllegalSaslState;
        }

        _exchange = _sasl.Begin(mechanism);
        if (_exchange is null)
        {
            Refusal = $"It asks for the mechanism '{ClientText.Of(mechanism)}', and there are {string.Join(", ", Mechanisms)}.";
            return ErrorCode.UnsupportedSaslMechanism;
        }

        SendsBareTokens = sendsBareTokens;
        return ErrorCode.None;
    }

    /// <summary>Takes a message of the mechanism that it has chosen. Whoever fails waits for the answer.</summary>
    /// <returns>What it is told.</returns>
    public async ValueTask<(ErrorCode Error, byte[] Token)> ProveAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (_exchange is not { } exchange)
        {
            Refusal = IsAuthenticated ? null : "It proves who it is before it has chosen a mechanism.";
            return (ErrorCode.IllegalSaslState, []);
        }

        try
        {
            byte[] token = exchange.Respond(message.Span);
            if (exchange.IsComplete)
            {
                Admit(exchange.UserName);
            }

            return (ErrorCode.None, token);
        }
        catch (SaslFailedException failure)
        {
            Refusal = exchange.UserName is { } user ? $"It says that it is '{ClientText.Of(user)}'. {failure.Message}" : failure.Message;
            await Task.Delay(_sasl!.FailureDelay, _time, cancellationToken).ConfigureAwait(false);
            return (ErrorCode.SaslAuthenticationFailed, []);
        }
    }

    public void Dispose()
    {
        _strangers.Remove(this);
        _deadline.Dispose();
    }

    [LoggerMessage(
        1042, LogLevel.Warning,
        "The client at {Host} wants to prove who it is, and the listener asks nobody. Let its security.protocol be one without SASL, or set Sasl of "
        + "the listener.")]
    private partial void LogNobodyAsks(string host);

    [LoggerMessage(1036, LogLevel.Debug, "The client at {Host} is '{Principal}', and let in.")]
    private partial void LogAdmitted(string host, string principal);
}
