using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Connecting;

/// <summary>
/// What the connections of a client have failed of. A request tells only that nobody has answered it in time; the client tells why, beside it.
/// </summary>
internal sealed class ConnectionFaults
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Client.Error? _worst;

    /// <summary>Completes when a broker has answered, and trusts the client not, or is not trusted: to wait seldom mends that.</summary>
    public Task Refused => _refused.Task;

    /// <summary>The one that tells most; of several the newest.</summary>
    public Client.Error? Worst
    {
        get
        {
            lock (_lock)
            {
                return _worst;
            }
        }
    }

    public void Add(Client.Error error)
    {
        lock (_lock)
        {
            if (_worst is null || Rank(error) >= Rank(_worst))
            {
                _worst = error;
            }
        }

        if (Rank(error) == 2)
        {
            _refused.TrySetResult();
        }
    }

    private static int Rank(Client.Error error) => error.Code switch
    {
        Client.ErrorCode.Local_Authentication => 2,
        _ when KafkaErrors.IsDistrust(error) => 2,
        Client.ErrorCode.Local_AllBrokersDown => 0,
        _ => 1,
    };
}
