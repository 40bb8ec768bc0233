using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ganglion.Cli.Output;

/// <summary>
/// The three streams of the process, and whether people are at their other ends. What is written appears at the next flush.
/// </summary>
/// <param name="input">Where lines come from.</param>
/// <param name="output">Where results go.</param>
/// <param name="error">Where faults and hints go.</param>
/// <param name="width">The columns of the screen that the output is; <see langword="null"/>: it is a pipe or a file.</param>
/// <param name="isInputInteractive">The input is a keyboard.</param>
/// <param name="isPlain">The screen takes no colours, or nobody wants any.</param>
internal sealed class Terminal(
    Stream input, Stream output, TextWriter error, int? width = null, bool isInputInteractive = false, bool isPlain = false)
{
    private const int AssumedWidth = 80;
    private const int BufferBytes = 64 * 1024;
    private readonly ArrayBufferWriter<byte> _buffer = new(BufferBytes);

    public Stream Input { get; } = input;

    public TextWriter Error { get; } = error;

    public bool IsInteractive => width is not null;

    /// <summary>The input is a keyboard.</summary>
    public bool IsInputInteractive { get; } = isInputInteractive;

    public static Terminal OfProcess() => new(
        Console.OpenStandardInput(),
        OpenOutput(),
        Console.Error,
        Console.IsOutputRedirected ? null : Console.WindowWidth is > 0 and int width ? width : AssumedWidth,
        !Console.IsInputRedirected,
        Environment.GetEnvironmentVariable("TERM") is "dumb" || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 });

    /// <summary>Nobody reads the output any more, as behind "ganglion consume … | head".</summary>
    public static bool IsClosed(IOException exception)
    {
        const int brokenPipe = 32;
        const int windowsBrokenPipe = unchecked((int)0x8007006D);
        const int windowsNoData = unchecked((int)0x800700E8);
        return exception.HResult is brokenPipe or windowsBrokenPipe or windowsNoData;
    }

    /// <summary>Writes bytes as they are: for pipes and files, never for a screen.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _buffer.Write(bytes);
        if (_buffer.WrittenCount >= BufferBytes)
        {
            output.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
    }

    /// <summary>Writes text as it is: only what this program says itself.</summary>
    public void Write(string text)
    {
        Encoding.UTF8.GetBytes(text, _buffer);
        Write([]);
    }

    /// <summary>Writes one line; what could act on a screen is an escape.</summary>
    public void WriteLine(string line)
    {
        Write(SafeText.Escape(line));
        Write("\n"u8);
    }

    /// <summary>
    /// Writes JSON as a line of its own: as it is into a pipe; on a screen it is the same JSON, but what could act on the screen is
    /// an escape.
    /// </summary>
    public void WriteJson(ReadOnlySpan<byte> json)
    {
        if (IsInteractive)
        {
            Write(SafeText.EscapeJson(Encoding.UTF8.GetString(json)));
        }
        else
        {
            Write(json);
        }

        Write("\n"u8);
    }

    /// <summary>Writes with colours and frames, as wide as the screen.</summary>
    public void Write(IRenderable content) => Write(content, width ?? int.MaxValue);

    /// <summary>Writes one line with colours; what is too long for the screen is left to it.</summary>
    public void WriteLine(Markup line)
    {
        Write(line, int.MaxValue);
        Write("\n"u8);
    }

    public void WriteError(string message) => Error.WriteLine($"ganglion: {SafeText.Escape(message)}");

    public async ValueTask FlushAsync()
    {
        await output.WriteAsync(_buffer.WrittenMemory).ConfigureAwait(false);
        await output.FlushAsync().ConfigureAwait(false);
        _buffer.ResetWrittenCount();
    }

    private void Write(IRenderable content, int columns)
    {
        using var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = columns;
        console.Write(content);
        Write(text.ToString());
    }

    // The console's own stream swallows the error of a closed pipe: "ganglion consume --follow | head -1" would never end. A file,
    // on the other hand, may be shared with commands before and after this one, which only the console's stream respects.
    private static Stream OpenOutput()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }
}
