using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Ganglion.Brokers;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Native;

/// <summary>
/// A producer of librdkafka. Confluent.Kafka's makes some twenty objects of each record, and ten more when it reports on it; this one makes none.
/// Records are handed over by one thread at a time.
/// </summary>
internal sealed unsafe partial class NativeProducer : IDisposable
{
    private const int LongestReason = 512;
    private const int LongestPollMilliseconds = 100;

    private readonly RecordFields _fields = new();
    private readonly Action<Client.LogMessage> _log;
    private readonly ProducerHandle _client;
    private readonly Thread _polling;
    private volatile bool _isStopping;

    /// <param name="settings">Its settings, by librdkafka's names.</param>
    /// <param name="log">Logs what it has to tell.</param>
    /// <exception cref="InvalidOperationException">It refuses a setting.</exception>
    public NativeProducer(IEnumerable<KeyValuePair<string, string>> settings, Action<Client.LogMessage> log)
    {
        _log = log;
        _client = Open(settings);
        _polling = new Thread(Poll) { IsBackground = true, Name = "ganglion-kafka-producer" };
        _polling.Start();
    }

    /// <summary>Is told of deliveries, on any thread.</summary>
    public IDeliveries? Deliveries { private get; set; }

    /// <summary>Gives it user and password, exactly as they are.</summary>
    public void SetCredentials(string? user, string? password) => ThrowIfFailed(NativeMethods.SetCredentials(_client, user ?? "", password ?? ""));

    /// <summary>Tells it where the cluster is.</summary>
    public void AddBrokers(string servers) => NativeMethods.AddBrokers(_client, servers);

    /// <summary>Hands a record over, of which <see cref="Deliveries"/> are told; copies its bytes.</summary>
    /// <param name="record">The record.</param>
    /// <param name="tag">By what they know it.</param>
    /// <returns>Whether there is room for it now.</returns>
    /// <exception cref="NativeErrorException">It does not take the record.</exception>
    public bool TryProduce(in ProducerRecord record, nint tag)
    {
        nint error = _fields.Produce(_client, record, tag);
        if (error == 0)
        {
            return true;
        }

        NativeErrorException refusal = NativeErrorException.Read(error);
        return refusal.Error.Code == Client.ErrorCode.Local_QueueFull ? false : throw refusal;
    }

    /// <summary>Waits until what is on its way is delivered or refused.</summary>
    /// <param name="longest">For so long at most.</param>
    public void Flush(TimeSpan longest) => NativeMethods.Flush(_client, (int)longest.TotalMilliseconds);

    /// <summary>Why it has failed for good, if it has.</summary>
    public Client.Error FindFatalError()
    {
        Span<byte> reason = stackalloc byte[LongestReason];
        reason.Clear();
        int code = NativeMethods.FatalError(_client, reason, (nuint)reason.Length);
        return new Client.Error((Client.ErrorCode)code, TextOf(reason), isFatal: code != 0);
    }

    /// <summary>Takes no more; nothing is told any more of what has not been delivered by then.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _polling.Join();
        _client.Dispose();
    }

    private ProducerHandle Open(IEnumerable<KeyValuePair<string, string>> settings)
    {
        const int producer = 0;
        Span<byte> reason = stackalloc byte[LongestReason];
        reason.Clear();
        nint configuration = NativeMethods.NewConfiguration();
        var owner = GCHandle.Alloc(this);
        foreach ((string name, string value) in settings)
        {
            if (NativeMethods.SetConfiguration(configuration, name, value, reason, (nuint)reason.Length) != 0)
            {
                throw Refused(reason, configuration, owner);
            }
        }

        NativeMethods.SetOpaque(configuration, GCHandle.ToIntPtr(owner));
        NativeMethods.SetDeliveryCallback(configuration, &OnDelivery);
        NativeMethods.SetErrorCallback(configuration, &OnError);
        NativeMethods.SetLogCallback(configuration, &OnLog);
        nint client = NativeMethods.NewClient(producer, configuration, reason, (nuint)reason.Length);
        return client == 0 ? throw Refused(reason, configuration, owner) : new ProducerHandle(client, owner);
    }

    // A configuration belongs to the client only once there is one.
    private static InvalidOperationException Refused(Span<byte> reason, nint configuration, GCHandle owner)
    {
        NativeMethods.DestroyConfiguration(configuration);
        owner.Free();
        return new InvalidOperationException(TextOf(reason));
    }

    private void Poll()
    {
        while (!_isStopping)
        {
            NativeMethods.PollEvents(_client, LongestPollMilliseconds);
        }
    }

    private static void ThrowIfFailed(nint error)
    {
        if (error != 0)
        {
            throw NativeErrorException.Read(error);
        }
    }

    private static string TextOf(Span<byte> reason) => Encoding.UTF8.GetString(reason[..reason.IndexOf((byte)0)]);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDelivery(nint client, NativeMethods.Message* message, nint owner)
    {
        if (Of(owner).Deliveries is not { } deliveries)
        {
            return;
        }

        if (message->Error == 0)
        {
            deliveries.Deliver((nint)message->Private, message->Partition, message->Offset);
        }
        else
        {
            string? reason = Marshal.PtrToStringUTF8(NativeMethods.MessageError(message));
            deliveries.Refuse((nint)message->Private, new Client.Error((Client.ErrorCode)message->Error, reason));
        }
    }

    // It is logged when it happens, and what it means for a record or a transaction is told with that.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(nint client, int code, byte* reason, nint owner)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(nint client, int level, byte* facility, byte* text)
    {
        try
        {
            Of(NativeMethods.Opaque(client))._log(new Client.LogMessage(
                Marshal.PtrToStringUTF8(NativeMethods.NameOf(client)) ?? "",
                (Client.SyslogLevel)level,
                Marshal.PtrToStringUTF8((nint)facility) ?? "",
                Marshal.PtrToStringUTF8((nint)text) ?? ""));
        }
        catch (Exception)
        {
            // Loggers are the application's. What one throws would end the process here.
        }
    }

    private static NativeProducer Of(nint owner) => (NativeProducer)GCHandle.FromIntPtr(owner).Target!;
}
