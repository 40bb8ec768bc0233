using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Native;

/// <summary>Why a native client has failed for good: what it reports on single records says only that it has.</summary>
internal static class FatalError
{
    private const int LongestReason = 512;

    public static Client.Error Of(Client.IClient client)
    {
        Span<byte> reason = stackalloc byte[LongestReason];
        int code = NativeMethods.FatalError(NativeHandle.Of(client).DangerousGetHandle(), reason, (nuint)reason.Length);
        GC.KeepAlive(client);
        int length = reason.IndexOf((byte)0);
        return new Client.Error((Client.ErrorCode)code, System.Text.Encoding.UTF8.GetString(reason[..length]), isFatal: true);
    }
}
