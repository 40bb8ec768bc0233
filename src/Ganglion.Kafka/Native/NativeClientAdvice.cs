namespace Ganglion.Kafka.Native;

/// <summary>How to come by a native client, on each system.</summary>
internal static class NativeClientAdvice
{
    public const string Text =
        $"""
        librdkafka 2.15 or newer is needed. The NuGet package librdkafka.redist has it for Linux, macOS and Windows: restore from a feed that has this package, and publish for the system that the program runs on. Otherwise:
          Debian, Ubuntu  librdkafka1 from https://packages.confluent.io (the distribution's own is older); {NativeClient.Variable}=librdkafka.so.1
          Alpine          apk add librdkafka, if that is new enough, else build it from source; {NativeClient.Variable}=librdkafka.so.1
          macOS           brew install librdkafka; {NativeClient.Variable}=$(brew --prefix)/lib/librdkafka.1.dylib
          Windows         librdkafka.dll and the libraries beside it, from the folder runtimes/win-x64/native of the package; {NativeClient.Variable}=C:\path\to\librdkafka.dll
          from source     eng/librdkafka.sh of Ganglion's repository builds it on Linux, and prints the path for {NativeClient.Variable}
        """;
}
