using System.Runtime.InteropServices;

namespace Ganglion.Kafka.Native;

// Producers: all of theirs.
internal static unsafe partial class NativeMethods
{
    /// <summary><c>rd_kafka_vtype_t</c>.</summary>
    internal enum FieldKind
    {
        Topic = 1,
        Partition = 3,
        Value = 4,
        Key = 5,
        Tag = 6,
        Flags = 7,
        Timestamp = 8,
        Header = 9,
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_opaque")]
    internal static partial void SetOpaque(nint configuration, nint opaque);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_dr_msg_cb")]
    internal static partial void SetDeliveryCallback(nint configuration, delegate* unmanaged[Cdecl]<nint, Message*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_error_cb")]
    internal static partial void SetErrorCallback(nint configuration, delegate* unmanaged[Cdecl]<nint, int, byte*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_log_cb")]
    internal static partial void SetLogCallback(nint configuration, delegate* unmanaged[Cdecl]<nint, int, byte*, byte*, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    internal static partial nint NewClient(int kind, nint configuration, Span<byte> reason, nuint reasonSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    internal static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_opaque")]
    internal static partial nint Opaque(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_name")]
    internal static partial nint NameOf(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_sasl_set_credentials", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint SetCredentials(ProducerHandle client, string user, string password);

    [LibraryImport(Library, EntryPoint = "rd_kafka_brokers_add", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int AddBrokers(ProducerHandle client, string servers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_poll")]
    internal static partial int PollEvents(ProducerHandle client, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_flush")]
    internal static partial int Flush(ProducerHandle client, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_produceva")]
    internal static partial nint Produce(ProducerHandle client, nint fields, nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_init_transactions")]
    internal static partial nint InitTransactions(ProducerHandle client, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_begin_transaction")]
    internal static partial nint BeginTransaction(ProducerHandle client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_commit_transaction")]
    internal static partial nint CommitTransaction(ProducerHandle client, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_abort_transaction")]
    internal static partial nint AbortTransaction(ProducerHandle client, int timeoutMilliseconds);

    /// <summary><c>rd_kafka_vu_t</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 72)]
    internal struct RecordField
    {
        [FieldOffset(0)]
        public FieldKind Kind;

        [FieldOffset(8)]
        public int Number;

        [FieldOffset(8)]
        public long Time;

        [FieldOffset(8)]
        public FieldParts Parts;
    }

    /// <summary>Pointers and lengths, as many as the kind of the field has.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FieldParts
    {
        public nint First;
        public nint Second;
        public nint Third;
    }
}
