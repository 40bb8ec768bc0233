using System.Runtime.InteropServices;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Native;

/// <summary>What the native client says of a call that has failed.</summary>
internal sealed class NativeErrorException : Exception
{
    public NativeErrorException(Client.Error error, bool isRetriable = false)
        : base(error.Reason)
    {
        Error = error;
        IsRetriable = isRetriable;
    }

    public Client.Error Error { get; }

    /// <summary>Whether the same call may succeed.</summary>
    public bool IsRetriable { get; }

    /// <summary>Reads an error, and releases it.</summary>
    public static NativeErrorException Read(nint error)
    {
        var read = new Client.Error(
            (Client.ErrorCode)NativeMethods.ErrorCode(error),
            Marshal.PtrToStringUTF8(NativeMethods.ErrorText(error)),
            NativeMethods.IsFatal(error) != 0);
        var exception = new NativeErrorException(read, NativeMethods.IsRetriable(error) != 0);
        NativeMethods.DestroyError(error);
        return exception;
    }
}
