using System.Runtime.InteropServices;

namespace Ganglion.Brokers.Embedded.Records.Compression;

/// <summary>A library of the system's that decompresses. It is looked for when it is first needed, and stays loaded.</summary>
internal sealed class CodecLibrary
{
    // What codecs import their functions from.
    public const string SnappyName = "snappy";
    public const string Lz4Name = "lz4";
    public const string ZstdName = "zstd";

    public static readonly CodecLibrary Snappy = new(SnappyName, "libsnappy1v5", ["snappy_uncompressed_length", "snappy_uncompress"]);

    public static readonly CodecLibrary Lz4 = new(
        Lz4Name, "liblz4-1", ["LZ4F_createDecompressionContext", "LZ4F_freeDecompressionContext", "LZ4F_decompress", "LZ4F_isError"]);

    public static readonly CodecLibrary Zstd = new(
        ZstdName, "libzstd1", ["ZSTD_getFrameContentSize", "ZSTD_decompress", "ZSTD_isError", "ZSTD_getErrorCode"]);

    private readonly string _name;
    private readonly string[] _files;
    private readonly string _package;
    private readonly string[] _functions;
    private readonly Lazy<nint> _handle;

    static CodecLibrary()
    {
        CodecLibrary[] all = [Snappy, Lz4, Zstd];
        NativeLibrary.SetDllImportResolver(
            typeof(CodecLibrary).Assembly, (name, _, _) => Array.Find(all, library => library._name == name)?.Handle ?? 0);
    }

    private CodecLibrary(string name, string package, string[] functions)
    {
        _name = name;
        _files = OperatingSystem.IsWindows() ? [$"{name}.dll", $"lib{name}.dll"]
            : OperatingSystem.IsMacOS() ? [$"lib{name}.1.dylib", $"lib{name}.dylib", $"/opt/homebrew/lib/lib{name}.1.dylib"]
            : [$"lib{name}.so.1", $"lib{name}.so"];
        _package = package;
        _functions = functions;
        _handle = new Lazy<nint>(Load);
    }

    /// <summary>Why it cannot be used, and what to do about it; null if it can.</summary>
    public string? Fault => Handle != 0
        ? null
        : $"What is compressed by {_name} cannot be read, for no {_files[0]} is on this machine that has what is needed. Install the library {_name} "
            + $"(on Debian and Ubuntu {_package}), and start again.";

    /// <summary>The loaded library; 0: it is not there.</summary>
    public nint Handle => _handle.Value;

    private nint Load()
    {
        foreach (string file in _files)
        {
            if (NativeLibrary.TryLoad(
                file, typeof(CodecLibrary).Assembly, DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories, out nint handle))
            {
                if (Array.TrueForAll(_functions, function => NativeLibrary.TryGetExport(handle, function, out _)))
                {
                    return handle;
                }

                NativeLibrary.Free(handle);
            }
        }

        return 0;
    }
}
