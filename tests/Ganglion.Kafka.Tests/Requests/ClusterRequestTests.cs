using Confluent.Kafka;
using Ganglion.Kafka.Requests;

namespace Ganglion.Kafka.Tests.Requests;

/// <summary>What is asked of a cluster again, and what is not.</summary>
public sealed class ClusterRequestTests
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ErrorCode.LeaderNotAvailable)]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    [InlineData(ErrorCode.NotController)]
    [InlineData(ErrorCode.GroupLoadInProgress)]
    [InlineData(ErrorCode.GroupCoordinatorNotAvailable)]
    [InlineData(ErrorCode.NotCoordinatorForGroup)]
    [InlineData(ErrorCode.RequestTimedOut)]
    [InlineData(ErrorCode.NetworkException)]
    [InlineData(ErrorCode.UnstableOffsetCommit)]
    [InlineData(ErrorCode.ThrottlingQuotaExceeded)]
    [InlineData(ErrorCode.KafkaStorageError)]
    [InlineData(ErrorCode.Local_Transport)]
    [InlineData(ErrorCode.Local_TimedOut)]
    [InlineData(ErrorCode.Local_WaitCoord)]
    public async Task What_a_cluster_cannot_do_for_the_moment_it_is_asked_for_again(ErrorCode error)
    {
        var asked = new List<TimeSpan>();

        string answer = await Within(TimeSpan.FromSeconds(20)).AskAsync(
            timeout =>
            {
                asked.Add(timeout);
                return asked.Count < 3 ? throw new Confluent.Kafka.KafkaException(error) : Task.FromResult("at last");
            },
            "'orders'",
            Timeout);

        answer.ShouldBe("at last");
        asked.Count.ShouldBe(3);
        asked.ShouldAllBe(timeout => timeout > TimeSpan.Zero && timeout <= TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_waits_for_an_answer_is_told_when_the_client_is_released()
    {
        using var released = new CancellationTokenSource();
        var requests = new ClusterRequests(new KafkaBrokerOptions { RequestTimeout = TimeSpan.FromSeconds(20) }, released.Token);
        Task<int> asking = requests.AskAsync(_ => new TaskCompletionSource<int>().Task, "'orders'", Timeout);

        await released.CancelAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => asking);
    }

    [Theory]
    [InlineData(ErrorCode.UnknownTopicOrPart, "topic-not-found")]
    [InlineData(ErrorCode.TopicAlreadyExists, "topic-exists")]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "kafka-unauthorized")]
    [InlineData(ErrorCode.InvalidConfig, "topic-settings-invalid")]
    [InlineData(ErrorCode.NonEmptyGroup, "group-not-empty")]
    [InlineData(ErrorCode.Unknown, "kafka-failed")]
    public async Task What_it_refuses_it_is_not_asked_for_again(ErrorCode error, string code)
    {
        int asked = 0;

        GanglionException refusal = await Should.ThrowAsync<GanglionException>(() => Within(TimeSpan.FromSeconds(20)).AskAsync(
            Task<int> (_) =>
            {
                asked++;
                throw new Confluent.Kafka.KafkaException(error);
            },
            "'orders'",
            Timeout));

        refusal.Code.ShouldBe(code);
        refusal.Message.ShouldContain("'orders'");
        asked.ShouldBe(1);
    }

    [Theory]
    [InlineData(ErrorCode.NotController, "kafka-unavailable")]
    [InlineData(ErrorCode.Local_Transport, "kafka-unreachable")]
    public async Task It_is_not_asked_for_longer_than_a_request_may_take(ErrorCode error, string code)
    {
        int asked = 0;
        long began = TimeProvider.System.GetTimestamp();

        KafkaException last = await Should.ThrowAsync<KafkaException>(() => Within(TimeSpan.FromSeconds(1)).AskAsync(
            Task<int> (_) =>
            {
                asked++;
                throw new Confluent.Kafka.KafkaException(error);
            },
            "'orders'",
            Timeout));

        last.Code.ShouldBe(code);
        asked.ShouldBeInRange(2, 4);
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Whoever_gives_up_is_not_held_by_a_request_that_is_under_way()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Timeout);
        var never = new TaskCompletionSource<int>();
        Task asking = Within(TimeSpan.FromMinutes(10)).AskAsync(_ => never.Task, "'orders'", cancellation.Token);

        await cancellation.CancelAsync();

        (await Should.ThrowAsync<OperationCanceledException>(() => asking.WaitAsync(TimeSpan.FromSeconds(10), Timeout)))
            .CancellationToken.ShouldBe(cancellation.Token);
    }

    [Fact]
    public async Task A_change_that_an_unanswered_request_has_made_is_made()
    {
        var answers = new Queue<ErrorCode>([ErrorCode.NotController, ErrorCode.Local_Transport, ErrorCode.TopicAlreadyExists]);

        await Within(TimeSpan.FromSeconds(20)).ChangeAsync(
            _ => throw new Confluent.Kafka.KafkaException(answers.Dequeue()), ErrorCode.TopicAlreadyExists, "'orders'", Timeout);

        answers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_that_was_made_by_somebody_else_is_refused()
    {
        var answers = new Queue<ErrorCode>([ErrorCode.NotController, ErrorCode.TopicAlreadyExists]);

        (await Should.ThrowAsync<GanglionException>(() => Within(TimeSpan.FromSeconds(20)).ChangeAsync(
            _ => throw new Confluent.Kafka.KafkaException(answers.Dequeue()), ErrorCode.TopicAlreadyExists, "'orders'", Timeout))).Code.ShouldBe("topic-exists");
    }

    private static ClusterRequests Within(TimeSpan timeout) => new(new KafkaBrokerOptions { RequestTimeout = timeout });
}
