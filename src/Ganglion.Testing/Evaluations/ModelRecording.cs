using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ganglion.Models.Inference;
using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Evaluations;

/// <summary>
/// What models have answered, kept in a file of JSON lines: so that an evaluation runs again without them. A line has the name of the model, the hash of what it was asked, the answer, and how long
/// it took. What was asked several times has several answers, which come in turns. Thread-safe.
/// </summary>
public sealed class ModelRecording
{
    private const int ShownCharacters = 80;

    private static readonly JsonSerializerOptions Json = new(AIJsonUtilities.DefaultOptions) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = false };

    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Model, string Prompt), Answers> _answers = [];
    private readonly string _path;

    private ModelRecording(string path, bool isReplayed)
    {
        _path = path;
        IsReplayed = isReplayed;
    }

    /// <summary>Whether it answers, rather than listens.</summary>
    public bool IsReplayed { get; }

    /// <summary>Opens a recording that answers.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EvaluationException">It cannot be read (<c>model-recording-malformed</c>); the message has all lines that are wrong.</exception>
    public static ModelRecording Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var recording = new ModelRecording(path, isReplayed: true);
        var faults = new List<string>();
        try
        {
            int number = 0;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line))
                {
                    recording.Read(line, $"{path}, line {number}", faults);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path} cannot be read: {exception.Message} Record it with --record.");
        }

        return faults.Count == 0 ? recording : throw new EvaluationException(EvaluationException.Malformed, faults);
    }

    /// <summary>Begins a recording that listens. <see cref="Save"/> writes it.</summary>
    /// <param name="path">The file, which is replaced.</param>
    public static ModelRecording Begin(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ModelRecording(path, isReplayed: false);
    }

    /// <summary>Writes the file, in an order that does not depend on who was faster; whoever reads it meanwhile sees the old one.</summary>
    public void Save()
    {
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (((string model, string prompt), Answers answers) in _answers)
            {
                foreach ((TimeSpan duration, string question, string response) in answers.All)
                {
                    text.Append($$"""{"model":{{Written(model)}},"prompt":"{{prompt}}","question":{{Written(question)}},"seconds":{{duration.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)}},"response":{{response}}}""").Append('\n');
                }
            }
        }

        string written = $"{_path}.writing";
        File.WriteAllText(written, text.ToString());
        File.Move(written, _path, overwrite: true);
    }

    /// <summary>The next answer to a prompt.</summary>
    /// <exception cref="EvaluationException">There is none (<c>model-recording-missing</c>).</exception>
    internal (ChatResponse Response, TimeSpan Duration) Find(string model, IReadOnlyList<ChatMessage> prompt, ChatOptions? options)
    {
        string hash = PromptHash.Of(prompt, options);
        lock (_lock)
        {
            if (_answers.TryGetValue((model, hash), out Answers? found))
            {
                (TimeSpan duration, _, string response) = found.Next();
                return (JsonSerializer.Deserialize<ChatResponse>(response, Json)!, duration);
            }
        }

        throw new EvaluationException(
            EvaluationException.Unrecorded,
            [$"{_path} has no answer of the model {model} to '{QuestionOf(prompt)}': the prompt, or what is said beside it, is another one than was recorded. Record it anew with --record {_path}."]);
    }

    internal void Add(string model, IReadOnlyList<ChatMessage> prompt, ChatOptions? options, ChatResponse response, TimeSpan duration)
    {
        string json = JsonSerializer.Serialize(response, Json);
        (string Model, string Prompt) key = (model, PromptHash.Of(prompt, options));
        lock (_lock)
        {
            if (!_answers.TryGetValue(key, out Answers? answers))
            {
                _answers.Add(key, answers = new Answers());
            }

            answers.All.Add((duration, QuestionOf(prompt), json));
        }
    }

    private void Read(string line, string place, List<string> faults)
    {
        try
        {
            JsonElement entry = JsonElement.Parse(line);
            JsonElement response = entry.GetProperty("response");
            if (response.Deserialize<ChatResponse>(Json) is not { Messages.Count: > 0 })
            {
                throw new JsonException("The response has no message.");
            }

            (string Model, string Prompt) key = (entry.GetProperty("model").GetString() ?? "", entry.GetProperty("prompt").GetString() ?? "");
            if (!_answers.TryGetValue(key, out Answers? answers))
            {
                _answers.Add(key, answers = new Answers());
            }

            answers.All.Add((TimeSpan.FromSeconds(Math.Clamp(entry.GetProperty("seconds").GetDouble(), 0, 86_400)), "", response.GetRawText()));
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or NotSupportedException or FormatException)
        {
            faults.Add($"{place}: {wrong.Message}");
        }
    }

    private static string QuestionOf(IReadOnlyList<ChatMessage> prompt)
    {
        string text = prompt.LastOrDefault(message => message.Role == ChatRole.User)?.Text.ReplaceLineEndings(" ") ?? "";
        return text.Length <= ShownCharacters ? text : $"{text[..ShownCharacters]}…";
    }

    private static string Written(string text) => JsonSerializer.Serialize(text, Json);

    /// <summary>What was answered to one prompt.</summary>
    private sealed class Answers
    {
        private int _next;

        public List<(TimeSpan Duration, string Question, string Response)> All { get; } = [];

        public (TimeSpan Duration, string Question, string Response) Next() => All[_next++ % All.Count];
    }
}
