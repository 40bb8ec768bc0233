using Ganglion.Testing.Evaluations;
using Ganglion.Models;
using Microsoft.Extensions.AI;

namespace Ganglion.Testing.Tests.Evaluations;

public sealed class ModelRecordingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ganglion-recording-").FullName;

    private string File => Path.Combine(_folder, "recorded.jsonl");

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 20_000)]
    public async Task What_was_recorded_is_answered_without_a_model_in_turns_and_with_the_time_it_took()
    {
        int calls = 0;
        var listening = ModelRecording.Begin(File);
        using (var recorder = new RecordingChatClient(listening, "small", new ScriptedChatClient("small", [new ScriptedRule(prompt => $"{prompt.Question} {++calls}")])))
        {
            await recorder.GetResponseAsync("b", new ChatOptions { Temperature = 0 }, Timeout);
            await recorder.GetResponseAsync("a", cancellationToken: Timeout);
            await recorder.GetResponseAsync("a", cancellationToken: Timeout);
        }

        listening.Save();
        using var player = new RecordingChatClient(ModelRecording.Open(File), "small");
        ChatResponse first = await player.GetResponseAsync("a", cancellationToken: Timeout);
        ChatResponse second = await player.GetStreamingResponseAsync("a", cancellationToken: Timeout).ToChatResponseAsync(Timeout);
        ChatResponse third = await player.GetResponseAsync("a", cancellationToken: Timeout);

        (first.Text, second.Text, third.Text).ShouldBe(("a 2", "a 3", "a 2"));
        first.Usage!.TotalTokenCount.ShouldNotBeNull();
        first.FinishReason.ShouldBe(ChatFinishReason.Stop);
        first.AdditionalProperties![RecordingChatClient.DurationProperty].ShouldBeOfType<TimeSpan>().ShouldBeLessThan(TimeSpan.FromMinutes(1));
        (await player.GetResponseAsync("b", new ChatOptions { Temperature = 0 }, Timeout)).Text.ShouldBe("b 1");
    }

    [Fact(Timeout = 20_000)]
    public async Task The_file_does_not_depend_on_the_order_of_the_calls()
    {
        string one = await RecordAsync("a", "b", "c");
        string other = await RecordAsync("c", "a", "b");

        StripTimes(other).ShouldBe(StripTimes(one));

        static string StripTimes(string text) => System.Text.RegularExpressions.Regex.Replace(text, "\"seconds\":[0-9.]+", "");
    }

    [Theory(Timeout = 20_000)]
    [InlineData("b", "small", null)]
    [InlineData("a", "large", null)]
    [InlineData("a", "small", 1f)]
    public async Task A_prompt_that_was_not_recorded_fails_and_says_how_to_record_it(string prompt, string model, float? temperature)
    {
        await RecordAsync("a");
        using var player = new RecordingChatClient(ModelRecording.Open(File), model);

        EvaluationException missing = await Should.ThrowAsync<EvaluationException>(
            () => player.GetResponseAsync(prompt, temperature is null ? null : new ChatOptions { Temperature = temperature }, Timeout));

        missing.Code.ShouldBe("model-recording-missing");
        missing.Message.ShouldContain($"'{prompt}'");
        missing.Message.ShouldContain($"--record {File}");
    }

    [Fact(Timeout = 20_000)]
    public async Task All_lines_that_are_none_are_told()
    {
        string good = (await RecordAsync("a")).TrimEnd();
        System.IO.File.WriteAllLines(File, ["no JSON", good, "", """{"model":"m","prompt":"p","seconds":1,"response":{}}""", """{"model":"m"}""", "7"]);

        EvaluationException wrong = Should.Throw<EvaluationException>(() => ModelRecording.Open(File));

        wrong.Code.ShouldBe("model-recording-malformed");
        wrong.Faults.Select(fault => fault[(File.Length + 2)..].Split(':')[0]).ShouldBe(["line 1", "line 4", "line 5", "line 6"]);
        Should.Throw<EvaluationException>(() => ModelRecording.Open(File + ".absent")).Message.ShouldContain("--record");
    }

    private async Task<string> RecordAsync(params string[] prompts)
    {
        var recording = ModelRecording.Begin(File);
        using var recorder = new RecordingChatClient(recording, "small", new ScriptedChatClient("small", [new ScriptedRule(prompt => $"of {prompt.Question}")]));
        foreach (string prompt in prompts)
        {
            await recorder.GetResponseAsync(prompt, cancellationToken: Timeout);
        }

        recording.Save();
        return await System.IO.File.ReadAllTextAsync(File, Timeout);
    }
}
