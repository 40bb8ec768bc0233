using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Ganglion.Kafka.Native;

/// <summary>
/// Loads librdkafka, the native half of Confluent.Kafka, before anything else asks for it: the library that somebody has named, else
/// the one that NuGet has brought.
/// </summary>
internal static class NativeClient
{
    /// <summary>The environment variable that names the library, by its path or as the system's loader finds it.</summary>
    public const string Variable = "GANGLION_LIBRDKAFKA";

    // The names under which NuGet brings it, for systems of several kinds.
    private static readonly string[] Names = ["librdkafka", "alpine-librdkafka", "centos8-librdkafka"];
    private static readonly Lock Gate = new();
    private static nint _named;

    // Our own calls go to the library that Confluent.Kafka has.
    static NativeClient() => NativeLibrary.SetDllImportResolver(typeof(NativeClient).Assembly, (_, assembly, paths) => Find(assembly, paths));

    /// <summary>
    /// Makes sure that a library is loaded which is new enough. A process has one: where one is loaded already, the path does not count.
    /// </summary>
    /// <param name="path">The library, by its path or as the system's loader finds it; by default what the environment variable says.</param>
    /// <exception cref="NativeClientException"><c>librdkafka-missing</c>, <c>librdkafka-too-old</c>.</exception>
    public static void Load(string? path = null)
    {
        lock (Gate)
        {
            if (!Library.IsLoaded)
            {
                path ??= Environment.GetEnvironmentVariable(Variable);
                if (!string.IsNullOrEmpty(path))
                {
                    Take(path);
                }

                LoadOfConfluent();
            }

            NativeClientVersion.Check(Library.Version, "The library that is loaded");
        }
    }

    private static void Take(string path)
    {
        nint library = Open(path);
        NativeClientVersion.Check(VersionOf(library, path), path);

        _named = library;

        // Confluent.Kafka asks for the library under several names, for systems of several kinds.
        NativeLibrary.SetDllImportResolver(
            typeof(Library).Assembly,
            (name, _, _) => name.Contains("librdkafka", StringComparison.Ordinal) ? library : nint.Zero);
    }

    private static nint Find(Assembly assembly, DllImportSearchPath? paths)
    {
        nint library = _named;
        foreach (string name in Names)
        {
            if (library != nint.Zero || NativeLibrary.TryLoad(name, assembly, paths, out library))
            {
                break;
            }
        }

        return library;
    }

    private static nint Open(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            // The last line is what the system says; before it, .NET says how to find out more.
            string reason = exception.Message.TrimEnd().Split('\n')[^1];
            throw Missing($"{path} cannot be loaded ({reason}).", exception);
        }
    }

    private static unsafe int VersionOf(nint library, string path) =>
        NativeLibrary.TryGetExport(library, "rd_kafka_version", out nint version)
            ? ((delegate* unmanaged[Cdecl]<int>)version)()
            : throw Missing($"{path} is another library.");

    private static void LoadOfConfluent()
    {
        try
        {
            Library.Load();
        }
        catch (DllNotFoundException exception)
        {
            throw Missing("NuGet has brought none that this system can load.", exception);
        }
        catch (FileLoadException exception)
        {
            throw NativeClientVersion.TooOld(exception.Message, exception);
        }
    }

    private static NativeClientException Missing(string reason, Exception? cause = null) =>
        new("librdkafka-missing", $"Kafka's native client, librdkafka, is missing: {reason} {NativeClientAdvice.Text}", cause);
}
