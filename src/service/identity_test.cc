#include "service/identity.h"

#include <gtest/gtest.h>

#include "support/service_store.h"

namespace yizhan::service {
namespace {

using domain::Role;
using testing::command_line;

constexpr const char* kPassword = "correct horse battery";

class IdentityTest : public testing::ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    auto made = Identity::create(store(), crypto::kTestPasswordCost);
    ASSERT_TRUE(made);
    identity_ = std::move(*made);
  }
  Identity& identity() { return *identity_; }

  UserWithPassword create(const std::string& login, std::vector<Role> roles) {
    auto made = identity().create_user(command_line(), {login, "Somebody", std::move(roles)});
    EXPECT_TRUE(made) << (made ? "" : to_string(made.error()));
    return made ? *made : UserWithPassword{};
  }
  // A user with a password of his own, signed in.
  StartedSession sign_up(const std::string& login, std::vector<Role> roles) {
    const auto made = create(login, std::move(roles));
    const auto first = identity().login({login, made.one_time_password});
    EXPECT_TRUE(first);
    const auto changed = identity().change_password(who(first->token), {made.one_time_password, kPassword});
    EXPECT_TRUE(changed) << (changed ? "" : to_string(changed.error()));
    return changed.value_or(StartedSession{});
  }
  Authenticated who(const std::string& token) {
    auto found = identity().authenticate_session(token);
    EXPECT_TRUE(found);
    return found.value_or(Authenticated{});
  }
  bool ended(const std::string& token) {
    const auto found = identity().authenticate_session(token);
    return !found && found.error().code == ErrorCode::kUnauthenticated;
  }
  UserView user(const std::string& login) {
    const auto found = identity().find_user(login);
    EXPECT_TRUE(found);
    return found.value_or(UserView{});
  }

  std::unique_ptr<Identity> identity_;
};

YIZHAN_FOR_EACH_STORE(IdentityTest);

template <class T>
ErrorCode code_of(const Result<T>& result) {
  EXPECT_FALSE(result);
  return result ? ErrorCode::kInternal : result.error().code;
}
template <class T>
std::string field_of(const Result<T>& result) {
  return result ? "no error" : result.error().field;
}

TEST_P(IdentityTest, FirstRunMakesOneAdministratorOnce) {
  const auto first = identity().first_run();
  ASSERT_TRUE(first);
  ASSERT_TRUE(*first);
  EXPECT_EQ((*first)->user.login, "admin");
  EXPECT_EQ((*first)->user.roles, std::vector{Role::kAdministrator});
  EXPECT_TRUE((*first)->user.must_change_password);
  const auto second = identity().first_run();
  ASSERT_TRUE(second);
  EXPECT_FALSE(*second);
  EXPECT_TRUE(identity().login({"admin", (*first)->one_time_password}));
  EXPECT_EQ(actions(), (std::vector<std::string>{"user.create", "session.start"}));
}

TEST_P(IdentityTest, LoginGivesASessionThatIsFoundAgain) {
  const auto started = sign_up("wang.li", {Role::kMarketing});
  const Authenticated found = who(started.token);
  EXPECT_EQ(found.principal.kind, store::ActorKind::kUser);
  EXPECT_EQ(found.principal.name, "wang.li");
  EXPECT_TRUE(found.principal.roles.has(Role::kMarketing));
  EXPECT_FALSE(found.must_change_password);
  EXPECT_EQ(started.session.csrf_token, found.csrf_token);
  EXPECT_EQ(started.session.id, to_string(UserId{found.principal.id}));
  EXPECT_NE(std::ranges::find(started.session.permissions, "content.write"),
            started.session.permissions.end());
  EXPECT_EQ(std::ranges::find(started.session.permissions, "content.review"),
            started.session.permissions.end());
  EXPECT_TRUE(ended("")) << "no token";
  EXPECT_TRUE(ended(started.token + "x"));
  EXPECT_TRUE(ended(std::string(1000, 'a')));
  // Only hashes are stored.
  EXPECT_EQ(count("SELECT count(*) FROM user_session WHERE csrf_token = '" + started.token + "'"), 0);
}

TEST_P(IdentityTest, LoginIsCaseInsensitiveAndUnique) {
  const auto made = create("Zhao", {Role::kTechnology});
  EXPECT_EQ(made.user.login, "zhao");
  EXPECT_TRUE(identity().login({"ZHAO", made.one_time_password}));
  const auto again = identity().create_user(command_line(), {"zHAO", "Other", {Role::kAuditor}});
  EXPECT_EQ(code_of(again), ErrorCode::kConflict);
  EXPECT_EQ(field_of(again), "/login");
  for (const char* bad : {"a", ".dot", "with space", "name!", "王丽"})
    EXPECT_EQ(code_of(identity().create_user(command_line(), {bad, "X", {Role::kAuditor}})),
              ErrorCode::kInvalidArgument)
        << bad;
}

TEST_P(IdentityTest, OneTimePasswordMustBeChanged) {
  const auto made = create("chen", {Role::kCompliance});
  const auto first = identity().login({"chen", made.one_time_password});
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->session.must_change_password);
  EXPECT_TRUE(who(first->token).must_change_password);
  const auto weak = identity().change_password(who(first->token), {made.one_time_password, "short"});
  EXPECT_EQ(code_of(weak), ErrorCode::kInvalidArgument);
  EXPECT_EQ(field_of(weak), "/new_password");
  EXPECT_EQ(
      code_of(identity().change_password(who(first->token), {made.one_time_password, "chen-my-password-1"})),
      ErrorCode::kInvalidArgument)
      << "contains the login";
  EXPECT_EQ(code_of(identity().change_password(who(first->token),
                                               {made.one_time_password, made.one_time_password})),
            ErrorCode::kInvalidArgument)
      << "the same";
  const auto changed = identity().change_password(who(first->token), {made.one_time_password, kPassword});
  ASSERT_TRUE(changed);
  EXPECT_FALSE(changed->session.must_change_password);
  EXPECT_FALSE(who(changed->token).must_change_password);
  EXPECT_TRUE(ended(first->token)) << "the old session ends";
  EXPECT_EQ(code_of(identity().login({"chen", made.one_time_password})), ErrorCode::kBadCredentials);
  EXPECT_TRUE(identity().login({"chen", kPassword}));
}

TEST_P(IdentityTest, FiveFailuresLockForAQuarterOfAnHour) {
  sign_up("sun", {Role::kMarketing});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(code_of(identity().login({"sun", "wrong"})), ErrorCode::kBadCredentials);
  EXPECT_EQ(code_of(identity().login({"sun", kPassword})), ErrorCode::kLocked) << "even with the right one";
  EXPECT_TRUE(user("sun").locked_until);
  clock_.advance(minutes(14));
  EXPECT_EQ(code_of(identity().login({"sun", kPassword})), ErrorCode::kLocked);
  clock_.advance(minutes(1));
  EXPECT_FALSE(user("sun").locked_until);
  EXPECT_TRUE(identity().login({"sun", kPassword}));
  const auto log = actions();
  EXPECT_EQ(std::ranges::count(log, "user.lock"), 1);
  EXPECT_EQ(std::ranges::count(log, "session.refuse"), 4);
}

TEST_P(IdentityTest, ASuccessForgetsFailures) {
  sign_up("sun", {Role::kMarketing});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(code_of(identity().login({"sun", "wrong"})), ErrorCode::kBadCredentials);
    EXPECT_TRUE(identity().login({"sun", kPassword}));
  }
}

TEST_P(IdentityTest, UnknownLoginsAnswerLikeKnownOnes) {
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(code_of(identity().login({"nobody", "wrong"})), ErrorCode::kBadCredentials);
  EXPECT_EQ(code_of(identity().login({"NOBODY", "wrong"})), ErrorCode::kLocked);
  clock_.advance(minutes(15));
  EXPECT_EQ(code_of(identity().login({"nobody", "wrong"})), ErrorCode::kBadCredentials);
  EXPECT_EQ(actions(), std::vector<std::string>(6, "session.refuse"));
}

TEST_P(IdentityTest, GuessesOfTheCurrentPasswordCountToo) {
  const auto started = sign_up("qian", {Role::kMarketing});
  for (int i = 0; i < 5; ++i) {
    const auto refused = identity().change_password(who(started.token), {"wrong", "another good password"});
    EXPECT_EQ(code_of(refused), ErrorCode::kBadCredentials);
    EXPECT_EQ(field_of(refused), "/current_password");
  }
  EXPECT_EQ(code_of(identity().change_password(who(started.token), {kPassword, "another good password"})),
            ErrorCode::kLocked);
}

TEST_P(IdentityTest, DisabledAccountsStayOut) {
  const auto started = sign_up("li", {Role::kMarketing});
  const auto changed =
      identity().change_user(command_line(), user("li").id, user("li").version, {.disabled = true});
  ASSERT_TRUE(changed) << to_string(changed.error());
  EXPECT_TRUE(changed->disabled);
  EXPECT_TRUE(ended(started.token));
  EXPECT_EQ(code_of(identity().login({"li", kPassword})), ErrorCode::kForbidden);
  EXPECT_EQ(code_of(identity().login({"li", "wrong"})), ErrorCode::kBadCredentials);
  EXPECT_TRUE(identity().change_user(command_line(), user("li").id, user("li").version, {.disabled = false}));
  EXPECT_TRUE(identity().login({"li", kPassword}));
}

TEST_P(IdentityTest, SessionsEndAfterRestAndInAnyCase) {
  const auto rested = sign_up("zhou", {Role::kMarketing});
  clock_.advance(minutes(29));
  EXPECT_FALSE(ended(rested.token));
  clock_.advance(minutes(29));
  EXPECT_FALSE(ended(rested.token)) << "use prolongs it";
  clock_.advance(minutes(30));
  EXPECT_TRUE(ended(rested.token));
  const auto busy = identity().login({"zhou", kPassword});
  ASSERT_TRUE(busy);
  for (int i = 0; i < 12 * 6 - 1; ++i) {
    clock_.advance(minutes(10));
    ASSERT_FALSE(ended(busy->token)) << i;
  }
  clock_.advance(minutes(10));
  EXPECT_TRUE(ended(busy->token)) << "twelve hours";
  ASSERT_TRUE(identity().login({"zhou", kPassword}));
  EXPECT_EQ(count("SELECT count(*) FROM user_session"), 1) << "ended ones are cleared away";
}

TEST_P(IdentityTest, UseIsStoredAtMostOnceAMinuteAndSurvivesARestart) {
  const auto started = sign_up("wu", {Role::kMarketing});
  const int64_t begun = count("SELECT max(last_seen_at) FROM user_session");
  const auto flush = [&] {
    ASSERT_TRUE(db().write([](db::Tx&) -> Result<> { return {}; }, db::Priority::kNormal));
  };
  clock_.advance(seconds(59));
  EXPECT_FALSE(ended(started.token));
  flush();
  EXPECT_EQ(count("SELECT max(last_seen_at) FROM user_session"), begun);
  clock_.advance(seconds(1));
  EXPECT_FALSE(ended(started.token));
  flush();
  EXPECT_EQ(count("SELECT max(last_seen_at) FROM user_session"), begun + minutes(1).us);
  clock_.advance(minutes(29));
  auto other = Identity::create(store(), crypto::kTestPasswordCost);
  ASSERT_TRUE(other);
  EXPECT_TRUE((*other)->authenticate_session(started.token));
}

TEST_P(IdentityTest, LogoutEndsThisSessionOnly) {
  const auto one = sign_up("zheng", {Role::kMarketing});
  const auto two = identity().login({"zheng", kPassword});
  ASSERT_TRUE(two);
  EXPECT_FALSE(ended(two->token));
  ASSERT_TRUE(identity().logout(who(one.token)));
  EXPECT_TRUE(ended(one.token));
  EXPECT_FALSE(ended(two->token));
  EXPECT_EQ(actions().back(), "session.end");
}

TEST_P(IdentityTest, AUserHasABoundedNumberOfSessions) {
  const auto first = sign_up("feng", {Role::kMarketing});
  for (size_t i = 0; i < limits::kSessionsPerUser; ++i) {
    clock_.advance(seconds(10));
    ASSERT_TRUE(identity().login({"feng", kPassword}));
  }
  EXPECT_EQ(count("SELECT count(*) FROM user_session"), static_cast<int64_t>(limits::kSessionsPerUser));
  EXPECT_TRUE(ended(first.token)) << "the oldest went";
}

TEST_P(IdentityTest, ChangedRolesEndSessions) {
  const auto started = sign_up("chu", {Role::kMarketing});
  EXPECT_FALSE(ended(started.token));
  const auto renamed =
      identity().change_user(command_line(), user("chu").id, user("chu").version, {.display_name = "Chu"});
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->display_name, "Chu");
  EXPECT_FALSE(ended(started.token)) << "a name changes no right";
  const auto changed = identity().change_user(command_line(), user("chu").id, user("chu").version,
                                              {.roles = std::vector{Role::kTechnology, Role::kTechnology}});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->roles, std::vector{Role::kTechnology});
  EXPECT_TRUE(ended(started.token));
}

TEST_P(IdentityTest, ChangesNameTheVersionTheySaw) {
  const auto made = create("wei", {Role::kMarketing});
  ASSERT_TRUE(identity().change_user(command_line(), made.user.id, made.user.version, {.display_name = "W"}));
  const auto stale =
      identity().change_user(command_line(), made.user.id, made.user.version, {.display_name = "V"});
  EXPECT_EQ(code_of(stale), ErrorCode::kVersionConflict);
  EXPECT_EQ(field_of(stale), "version");
  EXPECT_NE(stale.error().message.find('2'), std::string::npos);
  EXPECT_EQ(code_of(identity().reset_password(command_line(), made.user.id, 1)), ErrorCode::kVersionConflict);
  EXPECT_EQ(code_of(identity().change_user(command_line(), UserId{7}, 1, {})), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(identity().get_user(UserId{7})), ErrorCode::kNotFound);
}

TEST_P(IdentityTest, DutiesAreApart) {
  const auto make = [&](std::vector<Role> roles) {
    return identity().create_user(command_line(), {"both", "Both", std::move(roles)});
  };
  EXPECT_EQ(code_of(make({Role::kMarketing, Role::kCompliance})), ErrorCode::kSeparationOfDuties);
  EXPECT_EQ(code_of(make({Role::kAdministrator, Role::kAuditor})), ErrorCode::kSeparationOfDuties);
  for (const Role role : {Role::kMarketing, Role::kTechnology, Role::kCustomerService, Role::kCompliance})
    EXPECT_EQ(code_of(make({Role::kAdministrator, role})), ErrorCode::kSeparationOfDuties) << name_of(role);
  EXPECT_EQ(code_of(make({})), ErrorCode::kInvalidArgument);
  const auto made = create("jiang", {Role::kMarketing});
  EXPECT_EQ(code_of(identity().change_user(command_line(), made.user.id, 1,
                                           {.roles = std::vector{Role::kMarketing, Role::kCompliance}})),
            ErrorCode::kSeparationOfDuties);
}

TEST_P(IdentityTest, NobodyGivesHimselfARole) {
  const auto started = sign_up("boss", {Role::kAdministrator});
  create("second", {Role::kAdministrator});
  const Principal boss = who(started.token).principal;
  for (const Role role : {Role::kMarketing, Role::kTechnology, Role::kCustomerService, Role::kCompliance}) {
    const auto change = identity().change_user(boss, UserId{boss.id}, user("boss").version,
                                               {.roles = std::vector{Role::kAdministrator, role}});
    EXPECT_EQ(code_of(change), ErrorCode::kSeparationOfDuties) << name_of(role);
    EXPECT_EQ(field_of(change), "/roles");
  }
  const Principal tech = who(sign_up("tech", {Role::kTechnology}).token).principal;
  EXPECT_EQ(code_of(identity().change_user(tech, UserId{tech.id}, user("tech").version,
                                           {.roles = std::vector{Role::kTechnology, Role::kAuditor}})),
            ErrorCode::kSeparationOfDuties);
  EXPECT_EQ(code_of(identity().reset_password(boss, UserId{boss.id}, user("boss").version)),
            ErrorCode::kForbidden);
  EXPECT_TRUE(identity().change_user(boss, UserId{boss.id}, user("boss").version,
                                     {.roles = std::vector{Role::kAdministrator}}));
}

TEST_P(IdentityTest, OneAdministratorStays) {
  const auto one = create("one", {Role::kAdministrator});
  const auto two = create("two", {Role::kAdministrator});
  const auto change = [&](const UserWithPassword& u, const ChangeUser& request) {
    return identity().change_user(command_line(), u.user.id, user(u.user.login).version, request);
  };
  ASSERT_TRUE(change(two, {.disabled = true}));
  EXPECT_EQ(code_of(change(one, {.disabled = true})), ErrorCode::kSeparationOfDuties);
  const auto demoted = change(one, {.roles = std::vector{Role::kTechnology}});
  EXPECT_EQ(code_of(demoted), ErrorCode::kSeparationOfDuties);
  EXPECT_EQ(field_of(demoted), "/roles");
  ASSERT_TRUE(change(two, {.disabled = false}));
  EXPECT_TRUE(change(one, {.roles = std::vector{Role::kTechnology}}));
}

TEST_P(IdentityTest, AResetUnlocksAndSignsOut) {
  const auto started = sign_up("shen", {Role::kMarketing});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(code_of(identity().login({"shen", "wrong"})), ErrorCode::kBadCredentials);
  const auto reset = identity().reset_password(command_line(), user("shen").id, user("shen").version);
  ASSERT_TRUE(reset) << to_string(reset.error());
  EXPECT_TRUE(reset->user.must_change_password);
  EXPECT_TRUE(ended(started.token));
  EXPECT_EQ(code_of(identity().login({"shen", kPassword})), ErrorCode::kBadCredentials);
  EXPECT_TRUE(identity().login({"shen", reset->one_time_password}));
}

TEST_P(IdentityTest, UsersComeInPages) {
  for (const char* login : {"u1", "u2", "u3"}) create(login, {Role::kMarketing});
  const auto first = identity().list_users({.limit = 2});
  ASSERT_TRUE(first);
  ASSERT_EQ(first->items.size(), 2u);
  ASSERT_TRUE(first->next_after);
  const auto second = identity().list_users({.limit = 2, .after = first->next_after});
  ASSERT_TRUE(second);
  ASSERT_EQ(second->items.size(), 1u);
  EXPECT_EQ(second->items[0].login, "u3");
  EXPECT_FALSE(second->next_after);
}

TEST_P(IdentityTest, OldHashesAreBroughtUpToTheCost) {
  const auto made = create("han", {Role::kMarketing});
  auto dearer = Identity::create(store(), crypto::PasswordCost{2, 16384});
  ASSERT_TRUE(dearer);
  ASSERT_TRUE((*dearer)->login({"han", made.one_time_password}));
  EXPECT_EQ(count("SELECT count(*) FROM user_account WHERE password_hash LIKE '%m=16,t=2,%'"), 1);
  EXPECT_TRUE(identity().login({"han", made.one_time_password}));
}

TEST_P(IdentityTest, ApiKeysOpenUntilRevokedOrExpired) {
  const auto admin = who(sign_up("boss", {Role::kAdministrator}).token).principal;
  const auto made = identity().create_api_key(admin, {"erp", {Role::kTechnology}, clock_.now() + days(30)});
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_TRUE(made->token.starts_with("yz_"));
  const auto found = identity().authenticate_key(made->token);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->principal.kind, store::ActorKind::kApiKey);
  EXPECT_EQ(found->principal.id, made->api_key.id.value);
  EXPECT_EQ(found->principal.person(), admin.id) << "its maker answers for it";
  EXPECT_TRUE(found->csrf_token.empty());
  EXPECT_EQ(code_of(identity().authenticate_session(made->token)), ErrorCode::kUnauthenticated);
  EXPECT_EQ(code_of(identity().change_password(*found, {"a", "b"})), ErrorCode::kForbidden);
  EXPECT_EQ(code_of(identity().logout(*found)), ErrorCode::kForbidden);
  ASSERT_TRUE(db().write([](db::Tx&) -> Result<> { return {}; }, db::Priority::kNormal));
  const auto page = identity().list_api_keys({});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0].last_used_at, clock_.now());
  ASSERT_TRUE(identity().revoke_api_key(admin, made->api_key.id));
  EXPECT_EQ(code_of(identity().authenticate_key(made->token)), ErrorCode::kUnauthenticated);
  EXPECT_EQ(code_of(identity().revoke_api_key(admin, made->api_key.id)), ErrorCode::kWrongState);
  EXPECT_EQ(code_of(identity().revoke_api_key(admin, ApiKeyId{1})), ErrorCode::kNotFound);
  const auto brief = identity().create_api_key(admin, {"brief", {Role::kAuditor}, clock_.now() + hours(2)});
  ASSERT_TRUE(brief);
  clock_.advance(seconds(2 * 3'600 - 1));
  EXPECT_TRUE(identity().authenticate_key(brief->token)) << "keys do not rest";
  clock_.advance(seconds(1));
  EXPECT_EQ(code_of(identity().authenticate_key(brief->token)), ErrorCode::kUnauthenticated);
}

TEST_P(IdentityTest, ApiKeysAreLimited) {
  const auto admin = who(sign_up("boss", {Role::kAdministrator}).token).principal;
  const auto make = [&](const Principal& by, std::vector<Role> roles, Duration life) {
    return identity().create_api_key(by, {"key", std::move(roles), clock_.now() + life});
  };
  EXPECT_EQ(code_of(make(admin, {Role::kCompliance}, days(1))), ErrorCode::kSeparationOfDuties);
  EXPECT_EQ(code_of(make(admin, {Role::kAdministrator}, days(1))), ErrorCode::kSeparationOfDuties);
  EXPECT_EQ(code_of(make(admin, {Role::kMarketing}, days(0))), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of(make(admin, {Role::kMarketing}, days(367))), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of(make(command_line(), {Role::kMarketing}, days(1))), ErrorCode::kForbidden);
  ASSERT_TRUE(make(admin, {Role::kMarketing}, days(1)));
  const auto taken = make(admin, {Role::kMarketing}, days(1));
  EXPECT_EQ(code_of(taken), ErrorCode::kConflict);
  EXPECT_EQ(field_of(taken), "/name");
}

TEST_P(IdentityTest, AnotherNodesChangeIsSeenInSeconds) {
  const auto started = sign_up("yang", {Role::kMarketing});
  EXPECT_FALSE(ended(started.token));
  auto other = Identity::create(store(), crypto::kTestPasswordCost);
  ASSERT_TRUE(other);
  ASSERT_TRUE(
      (*other)->change_user(command_line(), user("yang").id, user("yang").version, {.disabled = true}));
  clock_.advance(kAuthenticationMemory);
  EXPECT_TRUE(ended(started.token));
}

}  // namespace
}  // namespace yizhan::service
