using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Native;

/// <summary>Is told what has become of records that were handed to a producer. It must not throw.</summary>
internal interface IDeliveries
{
    /// <summary>A record lies on the log.</summary>
    /// <param name="tag">What it was handed over with.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="offset">Its offset.</param>
    void Deliver(nint tag, int partition, long offset);

    /// <summary>A record does not, or nobody knows.</summary>
    /// <param name="tag">What it was handed over with.</param>
    /// <param name="error">Why.</param>
    void Refuse(nint tag, Client.Error error);
}
